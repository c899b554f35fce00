"""A switch signed ahead, as people see it: stage by stage shown, then one signature over all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from ffinfra.commands.gate import show_preview
from ffinfra.commands.handing_over import handed_over
from ffinfra.failover.signing_ahead import StageAhead, waiting_switch
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.approving import approve
from ffinfra.gate.joint_approving import JointChange, approve_jointly
from ffinfra.gate.previewing import Gate
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.signers import Authority
from ffinfra.problems import InvalidInputError, Place, Problem


def show_ahead(console: Console, gate: Gate, ahead: Sequence[StageAhead]) -> None:
    """Show what each stage changes; what a record hands on is shown with the first."""
    for number, stage in enumerate(ahead, start=1):
        if len(ahead) > 1:
            switch = stage.switch
            wait = f", {switch.wait} s after stage {number - 1} at the earliest" if switch.wait else ""
            console.print(
                f"stage {number} of {len(ahead)}: mode {switch.to_mode}, trust {switch.to_trust}{wait}",
                style="bold",
                markup=False,
            )
        handing_on = handed_over(gate, stage.preview)
        if number > 1:
            authority = Authority(handing_on.signers, handing_on.free_additions)
            handing_on = replace(handing_on, before=authority)
        show_preview(console, stage.preview, handing_on=handing_on)


def waiting_ahead(
    gate: Gate, approval: str, records: Sequence[ApprovalRecord], now: datetime
) -> tuple[ApprovalRecord, ...]:
    """The stored records that another signature is added to; they must be of what was just shown.

    Raises:
        InvalidInputError: they are of something else, or there are none.
    """
    waiting = waiting_switch(gate, approval, records, now)
    if not waiting.differing:
        return waiting.records
    raise InvalidInputError(
        [
            Problem(
                place=Place(f"approvals/{gate.stack}"),
                what=f"approval {approval} is not of the change that was just shown: {'; '.join(waiting.differing)}",
                way_out="Name the approval of the first stage, or approve anew without naming one",
            )
        ]
    )


def sign_records(
    gate: Gate, records: Sequence[ApprovalRecord], key: Callable[[], Path]
) -> tuple[StoredApproval, ...]:
    """Store the records; those of several stages carry one signature.

    Args:
        gate: the stack's gate.
        records: one for each stage.
        key: asked for the SSH key, if anything needs a signature.

    Raises:
        OperationalError: the key cannot sign.
    """
    if len(records) == 1:
        return (approve(gate, records[0], key() if records[0].approvals_needed else None),)
    change = JointChange(tuple((gate, record) for record in records), ())
    return tuple(stored for _, stored in approve_jointly(change, key))
