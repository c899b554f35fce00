"""Telling a person what a change hands on: who may approve the next one, and what is free."""

from __future__ import annotations

from rich.console import Console

from ffinfra.gate.handing_on import HandingOn, UnknownAuthority
from ffinfra.gate.noted_authority import noted_authority
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.signers import Authority, authority_in_force, authority_of, signers_of_change
from ffinfra.problems import InvalidInputError
from ffinfra.report.handover import handover_lines


def handed_over(gate: Gate, preview: GatePreview) -> HandingOn:
    """What the checkout would hand on; a preview pins nobody, so the first signers are taken as they are."""
    last = preview.state.last_approval
    try:
        signers = signers_of_change(gate.project)
        before = Authority(signers) if last is None else authority_of(gate.store.find(last).record)
    except InvalidInputError as error:
        return HandingOn(UnknownAuthority(str(error)), "", preview.stack.free_additions)
    return HandingOn(before, signers, preview.stack.free_additions, apart=bool(preview.steps))


def handed_over_as_noted(gate: Gate, preview: GatePreview) -> HandingOn:
    """The same of a preview that knows no state: who is in force is what ``approvals/`` tells.

    Args:
        gate: of the checkout, not of the copy that was previewed.
        preview: taken with placeholders.
    """
    free = preview.stack.free_additions
    try:
        before = noted_authority(gate.project, gate.store, gate.environment)
        return HandingOn(before, signers_of_change(gate.project), free, apart=bool(preview.steps))
    except InvalidInputError as error:
        return HandingOn(UnknownAuthority(str(error)), "", free)


def show_handover(console: Console, gate: Gate, record: ApprovalRecord) -> None:
    """What is about to be signed hands on, told from the record itself.

    Raises:
        InvalidInputError: the approval applied last is not in the folder.
        OperationalError: the file is not the pinned one.
    """
    authority = authority_in_force(gate.project, gate.store, record.predecessor, gate.environment)
    lines = handover_lines(HandingOn(authority, record.signers, record.free_additions))
    if lines:
        console.print(f"this signature changes, for {gate.stack}:", markup=False)
    for line in lines:
        console.print(line, markup=False)
