"""Rules that were broken on purpose (``ffinfra approve --break-glass``), until somebody acknowledges it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ffinfra.gate.approvals import StoredApproval


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


def open_overrides(stored: Iterable[StoredApproval]) -> tuple[OpenOverride, ...]:
    """The overrides that were used and are not acknowledged, the oldest first."""
    return tuple(
        OpenOverride(
            one.record.identifier, one.record.created, one.record.override.rules, one.record.override.reason
        )
        for one in stored
        if one.record.override is not None and one.outcome is not None and not one.acknowledged
    )
