"""The applied approvals in their order: each names the one before it, and the state names the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ffinfra.gate.approvals import StoredApproval


def by_identifier(stored: Iterable[StoredApproval]) -> dict[str, StoredApproval]:
    """Approvals by their identifiers."""
    return {one.record.identifier: one for one in stored}


def lineage(known: Mapping[str, StoredApproval], last: str | None) -> tuple[StoredApproval, ...]:
    """The applied approvals that are here, the newest first; it ends before one that is missing.

    Args:
        known: identifier -> approval.
        last: the identifier that the state names.
    """
    applied: list[StoredApproval] = []
    current = last
    while current is not None and current in known:
        applied.append(known[current])
        current = known[current].record.predecessor
    return tuple(applied)


def missing(applied: tuple[StoredApproval, ...], last: str | None) -> str | None:
    """The identifier at which a lineage ends although another approval was before; None where it is whole."""
    return applied[-1].record.predecessor if applied else last
