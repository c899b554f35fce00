"""Telling a person what a change hands on: who may approve the next one, and what is free."""

from __future__ import annotations

from rich.console import Console

from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.signers import Authority, authority_in_force, authority_of, signers_of_change
from ffinfra.problems import InvalidInputError
from ffinfra.report.handover import handover_lines
from ffinfra.report.plain import plain


def handed_over(gate: Gate, preview: GatePreview) -> tuple[str, ...]:
    """What the checkout would hand on; a preview pins nobody, so the first signers are taken as they are."""
    last = preview.state.last_approval
    try:
        signers = signers_of_change(gate.project)
        before = Authority(signers) if last is None else authority_of(gate.store.find(last).record)
    except InvalidInputError as error:
        return (f"who may approve: not known ({plain(str(error))})",)
    lines = handover_lines(before, signers, free_additions=preview.stack.free_additions)
    if preview.steps and signers != before.signers:
        return (*lines, "the signers are approved by themselves, once this is applied")
    return lines


def show_handover(console: Console, gate: Gate, record: ApprovalRecord) -> None:
    """What is about to be signed hands on, told from the record itself.

    Raises:
        InvalidInputError: the approval applied last is not in the folder.
        OperationalError: the file is not the pinned one.
    """
    authority = authority_in_force(gate.project, gate.store, record.predecessor, gate.environment)
    lines = handover_lines(authority, record.signers, free_additions=record.free_additions)
    if lines:
        console.print(f"this signature changes, for {gate.stack}:", markup=False)
    for line in lines:
        console.print(line, markup=False)
