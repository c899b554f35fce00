"""Whether an approval holds: signatures, quorum, time, place in the chain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.authorship import independent, people
from ffinfra.gate.joint import signed_text
from ffinfra.gate.lifetime import lifetime_fault
from ffinfra.gate.quorum import least_approvals
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signatures import BadSignature, Signature, verify
from ffinfra.gate.signers import Authority

TWO = 2
"""From so many signatures on, those of the change's authors do not count."""


@dataclass(frozen=True, slots=True)
class Verified:
    """An approval whose signatures, time and place in the chain hold; its bindings are compared elsewhere."""

    record: ApprovalRecord
    signers: tuple[str, ...]


def verify_approval(
    stored: StoredApproval,
    *,
    stack: str,
    authority: Authority,
    last_approval: str | None,
    left: Collection[object],
    now: datetime,
) -> Verified | Refusal:
    """Judge an approval.

    Args:
        stored: the approval as it lies in the folder.
        stack: the stack that it is to be used for.
        authority: the set of signers in force.
        last_approval: the approval that the state names as used last.
        left: its steps that the state does not show as done; only they keep one open that was used before.
        now: the present time.
    """
    record = stored.record
    if record.stack != stack:
        return Refusal(f"it is for stack {record.stack}, not {stack}", "Approve the change of this stack")
    out_of_place = _out_of_place(stored, last_approval, left) or _out_of_time(record, now)
    if out_of_place is not None:
        return out_of_place
    judged = quorum(stored, authority, now)
    if isinstance(judged, Verified) and record.steps and record.signers != authority.signers:
        return Refusal(
            "it changes who may approve together with resources",
            "Approve anew: ffinfra approve takes the resources first, and the signers by themselves after that",
        )
    return judged


def _out_of_place(
    stored: StoredApproval, last_approval: str | None, left: Collection[object]
) -> Refusal | None:
    """Why an approval is not the next one, nor the last one with steps left; None where it is."""
    if last_approval == stored.record.identifier:
        # The note can only close an approval: nobody signed it, so it opens none.
        if not left or (stored.outcome is not None and stored.outcome.complete):
            return Refusal("it was used already", "Approve the new change")
    elif stored.record.predecessor != last_approval:
        return Refusal(
            "another approval was applied since, or this one follows another history",
            "Preview and approve anew",
        )
    return None


def _out_of_time(record: ApprovalRecord, now: datetime) -> Refusal | None:
    fault = lifetime_fault(record, now)
    if record.expired(now):
        fault = f"it expired at {record.expires:%Y-%m-%d %H:%M} UTC"
    return Refusal(fault, "Preview and approve anew") if fault is not None else None


def quorum(stored: StoredApproval, authority: Authority, at: datetime) -> Verified | Refusal:
    """Whether enough people signed; two keys of one name are one person, and so are two names before one @.

    Where two are asked, an author's signature does not count.

    Args:
        stored: the approval.
        authority: the set of signers that judges it.
        at: the time at which the keys must be valid.
    """
    record = stored.record
    names: set[str] = set()
    reasons: list[str] = []
    for signature in stored.signatures:
        match _judged(record, signature, authority, at):
            case Signature(signer):
                names.add(signer)
            case BadSignature(reason):
                reasons.append(reason)
    needed = least_approvals(record, authority)
    others = independent(names, record.authors) if needed >= TWO else tuple(names)
    counted = people(others)
    if len(counted) < needed:
        have = f"{len(counted)} of {needed} signatures hold"
        reasons += [f"{name} wrote the change" for name in sorted(names.difference(others))]
        reasons += [f"{name} is one person with another" for name in sorted(set(others).difference(counted))]
        someone = "a second person" if counted else "an allowed signer"
        apart = " who did not write the change" if needed >= TWO else ""
        return Refusal(
            "; ".join(dict.fromkeys([have, *reasons])), f"Let {someone}{apart} sign it: ffinfra approve"
        )
    return Verified(record, tuple(sorted(names)))


def _judged(
    record: ApprovalRecord, signature: str, authority: Authority, at: datetime
) -> Signature | BadSignature:
    found = signed_text(record, signature)
    if isinstance(found, BadSignature):
        return found
    text, armoured = found
    return verify(text, armoured, authority.signers, at)
