"""How many people must approve, counted from what would be done and never from what a record claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.gate.protected_kinds import protected_as

if TYPE_CHECKING:
    from ffinfra.gate.record import ApprovalRecord
    from ffinfra.gate.signers import Authority


def approvals_needed(
    steps: Iterable[tuple[Operation, str]], *, destructive: bool, free_additions: bool
) -> int:
    """How many people must approve.

    Args:
        steps: operation and URN of what would be done.
        destructive: whether a rule asks for two.
        free_additions: whether the community lets pure additions pass without anybody.

    Returns:
        0 for nothing, and for pure additions where they are free; 2 for what destroys; else 1.
    """
    listed = list(steps)
    if not listed:
        return 0
    if destructive or any(step.removes and protected_as(urn) for step, urn in listed):
        return 2
    if free_additions and all(step is Operation.CREATE for step, _ in listed):
        return 0
    return 1


def least_approvals(record: ApprovalRecord, authority: Authority) -> int:
    """How many people must have signed a record, whatever it claims.

    A record that changes who decides, or that overrides a rule, is never free: an unsigned one that does nothing
    else would hand the gate to whoever wrote it.
    """
    counted = approvals_needed(
        ((step.operation, step.urn) for step in record.steps),
        destructive=any(
            finding.severity is Severity.DESTRUCTIVE and not finding.waived for finding in record.findings
        ),
        free_additions=authority.free_additions,
    )
    never_free = authority.changed_by(record) or record.override is not None
    return max(counted, record.approvals_needed, int(never_free))
