"""Rules that were broken on purpose (``ffinfra approve --break-glass``), until somebody acknowledges it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ffinfra.gate.acknowledging import who_acknowledged
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.lineage import by_identifier, lineage, missing
from ffinfra.gate.signatures import Signature


@dataclass(frozen=True, slots=True)
class OpenOverride:
    """One applied approval that overrode rules.

    Attributes:
        approval: its identifier.
        at: when it was signed.
        rules: which.
        reason: why, in the signer's words.
    """

    approval: str
    at: datetime
    rules: tuple[str, ...]
    reason: str


def open_overrides(stored: Sequence[StoredApproval], last: str | None) -> tuple[OpenOverride, ...]:
    """The overrides that were used and are not acknowledged, the oldest first.

    Used is what the chain from the state back to the first approval holds; no note beside a record decides it. A
    record that is missing in the chain may have overridden anything, and stands here too.

    Args:
        stored: the stack's approvals.
        last: the one that the state names.

    Raises:
        OperationalError: ssh-keygen is missing.
    """
    return tuple(reversed(tuple(_open(stored, last))))


def _open(stored: Sequence[StoredApproval], last: str | None) -> Iterator[OpenOverride]:
    known = by_identifier(stored)
    applied = lineage(known, last)
    for one in applied:
        override = one.record.override
        if override is not None and not isinstance(who_acknowledged(one, known, last), Signature):
            yield OpenOverride(one.record.identifier, one.record.created, override.rules, override.reason)
    lost = missing(applied, last)
    if lost is not None and applied:
        reason = "its record is missing from approvals/, so nobody can tell what it overrode"
        yield OpenOverride(lost, applied[-1].record.created, ("an unknown rule",), reason)
