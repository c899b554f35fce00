"""Whether a stored record is what a person was shown, so that another signature may be added to it.

Whoever can write to ``approvals/`` can write a record. Nothing in it is believed: it must be the one that would be
made afresh from the preview that was shown, but for what differs by the moment at which it was made.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from ffinfra.gate.approving import written_since
from ffinfra.gate.authorship import in_history
from ffinfra.gate.lifetime import lifetime_fault
from ffinfra.gate.previewing import Gate
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signers import authority_in_force
from ffinfra.gate.verification import quorum

_OF_THE_MOMENT = frozenset({"created", "expires", "authors", "commit"})
_AGE = re.compile(r"\b\d+ days\b")
"""What a reason says of an age, or of a day to come: on the next day it says another number."""


def what_differs(
    record: ApprovalRecord, fresh: ApprovalRecord, written_by: Collection[str], now: datetime
) -> tuple[str, ...]:
    """What of a stored record is not as shown, in words; empty where it may be signed.

    Args:
        record: as it lies in the folder.
        fresh: made from what was just shown.
        written_by: the change's authors, as git tells them here; the record must name each.
        now: the present time.
    """
    differing = [
        f"other {name.replace('_', ' ')} than shown"
        for name in ApprovalRecord.model_fields
        if name not in _OF_THE_MOMENT and _bound(record, name) != _bound(fresh, name)
    ]
    if record.expired(now):
        differing.append("it expired")
    fault = lifetime_fault(record, now)
    if fault is not None:
        differing.append(fault)
    unnamed = sorted(set(written_by) - set(record.authors))
    if unnamed or not record.authors:
        differing.append(f"it does not name {', '.join(unnamed) or 'anybody'} as author")
    return tuple(differing)


def _bound(record: ApprovalRecord, name: str) -> object:
    """A field as it is compared: a switch that is signed ahead is signed by two people on two days."""
    if name != "findings":
        return getattr(record, name)
    return [one.model_copy(update={"reason": _AGE.sub("", one.reason)}) for one in record.findings]


def why_not_this(
    gate: Gate,
    record: ApprovalRecord,
    fresh: ApprovalRecord,
    now: datetime,
    *,
    first: ApprovalRecord | None = None,
) -> tuple[str, ...]:
    """The same, with git asked for the authors and the commit.

    Args:
        gate: the stack's gate.
        record: as it lies in the folder.
        fresh: made from what was just shown.
        now: the present time.
        first: of the first stage where the record is of a later one: what was written since before that counts.
    """
    differing = what_differs(record, fresh, written_since(gate, (first or fresh).predecessor), now)
    if _off_history(gate, record, fresh):
        differing += ("its commit is not in the history of what is checked out",)
    return differing


def waiting_record(gate: Gate, fresh: ApprovalRecord, now: datetime) -> ApprovalRecord | None:
    """The newest stored record of exactly this change that too few people have signed; None where there is none.

    Args:
        gate: the stack's gate.
        fresh: made from what was just shown.
        now: the present time.

    Raises:
        InvalidInputError: an approval's file was edited.
        OperationalError: the signers in force cannot be told.
    """
    written_by = written_since(gate, fresh.predecessor)
    authority = authority_in_force(gate.project, gate.store, fresh.predecessor, gate.environment)
    for stored in reversed(gate.store.all()):
        record = stored.record
        if what_differs(record, fresh, written_by, now) or _off_history(gate, record, fresh):
            continue
        if isinstance(quorum(stored, authority, now), Refusal):
            return record
    return None


def _off_history(gate: Gate, record: ApprovalRecord, fresh: ApprovalRecord) -> bool:
    """Authors are counted from its commit on when the next change is approved: one off this history hides some."""
    return record.commit != fresh.commit and not in_history(gate.project, record.commit)
