"""What an approval allowed and what was performed of it, a line a step for ``ffinfra log --explain``."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.approvals import PerformedStep, StoredApproval
from ffinfra.gate.record import ApprovedStep
from ffinfra.report.plain import plain
from ffinfra.urn import name_of, type_of


def step_lines(stored: StoredApproval) -> tuple[str, ...]:
    """Each step of an approval, with its type and what became of it, on one line.

    Where nobody watched the update, or its outcome is not here, what was approved is all that is known.
    """
    outcome = stored.outcome
    if outcome is None or not outcome.watched:
        return tuple(_lines("approved", stored.record.steps))
    return (*_lines("performed", outcome.performed), *_lines("not performed", outcome.not_performed))


def _lines(what: str, steps: tuple[ApprovedStep, ...] | tuple[PerformedStep, ...]) -> Iterator[str]:
    for step in steps:
        yield plain(f"{what}: {step.operation} {name_of(step.urn)} ({type_of(step.urn)})")
