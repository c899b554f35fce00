"""Resources that pass from one provider to another, such as to a default provider of another version."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ffinfra.gate.changes import ChangeSet


@dataclass(frozen=True, slots=True)
class ProviderMove:
    """Resources that another provider would take over.

    Attributes:
        old: the URN of the provider that the state names.
        new: the one that the program names; a default provider's name holds its version.
        resources: how many.
    """

    old: str
    new: str
    resources: int


def provider_moves(changes: ChangeSet) -> tuple[ProviderMove, ...]:
    """All such moves, by URN; resources that come or go do not move."""
    found = Counter(
        (change.provider_before, change.provider_after)
        for change in changes.changes
        if change.provider_before
        and change.provider_after
        and change.provider_before != change.provider_after
    )
    return tuple(ProviderMove(old, new, count) for (old, new), count in sorted(found.items()))
