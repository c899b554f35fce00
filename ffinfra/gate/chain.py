"""The approvals as an audit log: who approved what, what was done, and whether the chain holds.

Each record names the one that was applied before it, and the state names the last. So the applied records form a
chain by hash from the state back to the first; a record that was edited, left out or slipped in breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signers import Authority, authority_of, signers_digest
from ffinfra.gate.urn import is_provider
from ffinfra.gate.verification import quorum


class Standing(StrEnum):
    """What became of an approval."""

    APPLIED = "applied"
    BROKEN_OFF = "broken off"
    ELSEWHERE = "applied, its outcome is not here"
    WAITING = "not used"
    OVERTAKEN = "not used, overtaken"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One approval in the log.

    Attributes:
        stored: as it lies in the folder.
        standing: what became of it.
        signers: whose signatures hold, judged by the set then in force.
        faults: what is wrong with it; empty where all holds.
    """

    stored: StoredApproval
    standing: Standing
    signers: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The log of a stack.

    Attributes:
        entries: the oldest first.
        faults: what is wrong with the chain as a whole.
    """

    entries: tuple[LogEntry, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and not any(entry.faults for entry in self.entries)


def verified_chain(stored: Sequence[StoredApproval], last: str | None, first_digest: str | None) -> Chain:
    """Judge the whole log.

    Args:
        stored: every approval of the stack.
        last: the identifier that the state names.
        first_digest: SHA-256 of the first signers, as pinned here; None where nothing is pinned.

    Raises:
        OperationalError: ssh-keygen is missing.
    """
    by_identifier = {one.record.identifier: one for one in stored}
    faults: list[str] = []
    applied = _walked(by_identifier, last, faults)
    entries = tuple(
        _entry(one, by_identifier, applied, last, first_digest)
        for one in sorted(stored, key=lambda one: (one.record.created, one.record.identifier))
    )
    return Chain(entries, tuple(faults))


def _walked(known: Mapping[str, StoredApproval], last: str | None, faults: list[str]) -> frozenset[str]:
    """The identifiers of the applied records, from the state back to the first."""
    applied: set[str] = set()
    current = last
    while current is not None:
        if current not in known:
            by = "the state" if current == last else "its successor"
            faults.append(f"approval {current[:12]} is missing, which {by} names")
            break
        applied.add(current)
        current = known[current].record.predecessor
    return frozenset(applied)


def _entry(
    one: StoredApproval,
    known: Mapping[str, StoredApproval],
    applied: frozenset[str],
    last: str | None,
    first_digest: str | None,
) -> LogEntry:
    record = one.record
    standing = _standing(one, applied, last)
    authority = _authority(record, known)
    signers: tuple[str, ...] = ()
    faults = list(_outcome_faults(one, applied))
    if authority is None:
        faults.append("who could sign it then is not known: its predecessor is missing")
    else:
        judged = quorum(one, authority, record.created)
        if isinstance(judged, Refusal):
            signers = ()
            if record.identifier in applied:
                faults.append(f"was applied, but {judged.reason}")
        else:
            signers = judged.signers
    if record.predecessor is None and record.identifier in applied:
        faults += _pin_faults(record, first_digest)
    return LogEntry(one, standing, signers, tuple(faults))


def _authority(record: ApprovalRecord, known: Mapping[str, StoredApproval]) -> Authority | None:
    """The first record is judged by its own set, which the pin vouches for; any other by its predecessor's."""
    if record.predecessor is None:
        return Authority(record.signers)
    before = known.get(record.predecessor)
    return authority_of(before.record) if before else None


def _standing(one: StoredApproval, applied: frozenset[str], last: str | None) -> Standing:
    if one.outcome is not None:
        return Standing.APPLIED if one.outcome.complete else Standing.BROKEN_OFF
    if one.record.identifier in applied:
        return Standing.ELSEWHERE
    return Standing.WAITING if one.record.predecessor == last else Standing.OVERTAKEN


def _outcome_faults(one: StoredApproval, applied: frozenset[str]) -> Iterator[str]:
    outcome, record = one.outcome, one.record
    if outcome is None:
        return
    if outcome.approval != record.identifier:
        yield f"its outcome is that of {outcome.approval[:12]}"
    if outcome.complete and record.identifier not in applied:
        yield "is said to have been applied, but the state's chain does not hold it"
    allowed = {step.urn for step in record.steps}
    foreign = sorted(
        {step.urn for step in outcome.performed if step.urn not in allowed and not is_provider(step.urn)}
    )
    if foreign:
        yield f"more was performed than approved: {', '.join(foreign[:3])}"


def _pin_faults(record: ApprovalRecord, first_digest: str | None) -> Iterator[str]:
    if first_digest is None:
        return
    if signers_digest(record.signers) != first_digest:
        yield "the first signers are not those that were pinned here"
