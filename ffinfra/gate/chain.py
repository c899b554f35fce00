"""The approvals as an audit log: who approved what, what was done, and whether the chain holds.

Each record names the one that was applied before it, and the state names the last. So the applied records form a
chain by hash from the state back to the first; a record that was edited, left out or slipped in breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ffinfra.gate.acknowledging import who_acknowledged
from ffinfra.gate.approvals import Outcome, StoredApproval
from ffinfra.gate.lineage import by_identifier, lineage, missing
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signatures import BadSignature, Signature
from ffinfra.gate.signers import Authority, authority_of, signers_digest
from ffinfra.gate.verification import quorum
from ffinfra.urn import is_provider


class Standing(StrEnum):
    """What became of an approval."""

    APPLIED = "applied"
    BROKEN_OFF = "broken off"
    ELSEWHERE = "applied, its outcome is not here"
    UNWATCHED = "applied by pulumi up, its end noted by nobody"
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
        acknowledged: whether a signer looked at its override.
    """

    stored: StoredApproval
    standing: Standing
    signers: tuple[str, ...]
    faults: tuple[str, ...]
    acknowledged: bool = False


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
    known = by_identifier(stored)
    line = lineage(known, last)
    applied = frozenset(one.record.identifier for one in line)
    faults = tuple(_missing(missing(line, last), last))
    entries = tuple(
        _entry(one, known, applied, last, first_digest)
        for one in sorted(stored, key=lambda one: (one.record.created, one.record.identifier))
    )
    return Chain(entries, faults)


def _missing(lost: str | None, last: str | None) -> Iterator[str]:
    if lost is not None:
        by = "the state" if lost == last else "its successor"
        yield f"approval {lost[:12]} is missing, which {by} names"


def _entry(
    one: StoredApproval,
    known: Mapping[str, StoredApproval],
    applied: frozenset[str],
    last: str | None,
    first_digest: str | None,
) -> LogEntry:
    record = one.record
    standing = _standing(one, known, applied, last)
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
    seen = who_acknowledged(one, known, last)
    if isinstance(seen, BadSignature):
        faults.append(f"its acknowledgement does not hold: {seen.reason}")
    return LogEntry(one, standing, signers, tuple(faults), isinstance(seen, Signature))


def _authority(record: ApprovalRecord, known: Mapping[str, StoredApproval]) -> Authority | None:
    """The first record is judged by its own set, which the pin vouches for; any other by its predecessor's."""
    if record.predecessor is None:
        return Authority(record.signers)
    before = known.get(record.predecessor)
    return authority_of(before.record) if before else None


def _standing(
    one: StoredApproval, known: Mapping[str, StoredApproval], applied: frozenset[str], last: str | None
) -> Standing:
    if one.outcome is not None:
        return _noted(one.outcome)
    if one.record.identifier in applied:
        return Standing.ELSEWHERE
    if one.record.predecessor == last:
        return Standing.WAITING
    switch, before = one.record.switch, known.get(one.record.predecessor or "")
    if switch is not None and switch.wait is not None and before is not None:
        # A later stage of a switch waits as long as the stage before it does.
        return _standing(before, known, applied, last)
    return Standing.OVERTAKEN


def _noted(outcome: Outcome) -> Standing:
    if outcome.complete:
        return Standing.APPLIED
    return Standing.BROKEN_OFF if outcome.watched else Standing.UNWATCHED


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
