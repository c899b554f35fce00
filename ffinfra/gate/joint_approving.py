"""The changes of several stacks, signed with one signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.approving import prepare
from ffinfra.gate.cosigning import waiting_record
from ffinfra.gate.joint import joint_text, stored_form
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, Override
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import authority_in_force


@dataclass(frozen=True, slots=True)
class JointChange:
    """What one signature would be over.

    Attributes:
        records: each stack's gate and record.
        alone: gates of stacks where only who may approve, or what is free, would change; that is signed by itself.
    """

    records: tuple[tuple[Gate, ApprovalRecord], ...]
    alone: tuple[Gate, ...]


def joint_change(
    shown: Sequence[tuple[Gate, GatePreview]], now: datetime, override: Override | None = None
) -> JointChange:
    """The records of what was shown; where the same one waits for signatures, that one.

    Args:
        shown: each stack's gate, and what was shown of it; one without a change is passed over.
        now: the present time.
        override: rules that the signer breaks on purpose.

    Raises:
        OperationalError: a change is blocked.
    """
    fresh = [(gate, prepare(gate, preview, now, override=override)) for gate, preview in shown]
    return JointChange(
        tuple((gate, waiting_record(gate, record, now) or record) for gate, record in fresh if record.steps),
        tuple(gate for gate, record in fresh if not record.steps and _hands_over(gate, record)),
    )


def approve_jointly(change: JointChange, key: Callable[[], Path]) -> tuple[tuple[Gate, StoredApproval], ...]:
    """Sign; those who sign after the first add theirs.

    Args:
        change: what is signed.
        key: asked for the SSH key, if anything needs a signature.

    Raises:
        OperationalError: the key cannot sign.
    """
    signature = None
    if any(record.approvals_needed for _, record in change.records):
        text = joint_text(record for _, record in change.records)
        signature = stored_form(text, sign(text, key()))
    for gate, record in change.records:
        gate.store.add(record, signature if record.approvals_needed else None)
    return tuple((gate, gate.store.find(record.identifier)) for gate, record in change.records)


def _hands_over(gate: Gate, record: ApprovalRecord) -> bool:
    authority = authority_in_force(gate.project, gate.store, record.predecessor, gate.environment)
    return authority.changed_by(record)
