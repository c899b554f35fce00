"""Whether an approval holds: signatures, quorum, time, place in the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.quorum import least_approvals
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signatures import BadSignature, Signature, verify
from ffinfra.gate.signers import Authority


@dataclass(frozen=True, slots=True)
class Verified:
    """An approval whose signatures, time and place in the chain hold; its bindings are compared elsewhere."""

    record: ApprovalRecord
    signers: tuple[str, ...]


def verify_approval(
    stored: StoredApproval, *, stack: str, authority: Authority, last_approval: str | None, now: datetime
) -> Verified | Refusal:
    """Judge an approval.

    Args:
        stored: the approval as it lies in the folder.
        stack: the stack that it is to be used for.
        authority: the set of signers in force.
        last_approval: the approval that the state names as used last.
        now: the present time.
    """
    record = stored.record
    if record.stack != stack:
        return Refusal(f"it is for stack {record.stack}, not {stack}", "Approve the change of this stack")
    if last_approval == record.identifier:
        if stored.outcome is None or stored.outcome.complete:
            return Refusal(
                "it was used already",
                "Approve the new change; a run that was broken off is resumed where it was begun",
            )
    elif record.predecessor != last_approval:
        return Refusal(
            "another approval was applied since, or this one follows another history",
            "Preview and approve anew",
        )
    if record.expired(now):
        return Refusal(f"it expired at {record.expires:%Y-%m-%d %H:%M} UTC", "Preview and approve anew")
    return quorum(stored, authority, now)


def quorum(stored: StoredApproval, authority: Authority, at: datetime) -> Verified | Refusal:
    """Whether enough people signed; two keys of one name are one person.

    Args:
        stored: the approval.
        authority: the set of signers that judges it.
        at: the time at which the keys must be valid.
    """
    record = stored.record
    names: set[str] = set()
    reasons: list[str] = []
    for armoured in stored.signatures:
        match verify(record.text, armoured, authority.signers, at):
            case Signature(signer):
                names.add(signer)
            case BadSignature(reason):
                reasons.append(reason)
    needed = least_approvals(record, authority)
    if len(names) < needed:
        have = f"{len(names)} of {needed} signatures hold"
        someone = "a second person" if names else "an allowed signer"
        return Refusal("; ".join(dict.fromkeys([have, *reasons])), f"Let {someone} sign it: ffinfra approve")
    return Verified(record, tuple(sorted(names)))
