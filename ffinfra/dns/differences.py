"""How two contents of a zone differ, RRset by RRset, as a typed and ordered list that also reads as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ffinfra.dns.names import sort_key
from ffinfra.dns.records import RRset, RRsetKey, by_key
from ffinfra.dns.values import type_number


class ChangeKind(Enum):
    """What happens to an RRset."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RRsetChange:
    """One RRset that differs.

    Attributes:
        old: as it was; None when it is added.
        new: as it will be; None when it is removed.
    """

    old: RRset | None
    new: RRset | None

    def __post_init__(self) -> None:
        if self.old == self.new:
            raise ValueError("a change needs two different sides")
        if self.old is not None and self.new is not None and self.old.key != self.new.key:
            raise ValueError(f"{self.old.key} and {self.new.key} are different RRsets")

    @property
    def kind(self) -> ChangeKind:
        """What happens to the RRset."""
        if self.old is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.new is None else ChangeKind.CHANGED

    @property
    def key(self) -> RRsetKey:
        """Owner and type."""
        side = self.old or self.new
        assert side is not None
        return side.key

    @property
    def removed_values(self) -> tuple[str, ...]:
        """The values that go, sorted."""
        return _values_only_in(self.old, self.new)

    @property
    def added_values(self) -> tuple[str, ...]:
        """The values that come, sorted."""
        return _values_only_in(self.new, self.old)

    @property
    def ttl_changed(self) -> bool:
        """Whether the RRset stays and gets another TTL."""
        return self.old is not None and self.new is not None and self.old.ttl != self.new.ttl

    @property
    def records_touched(self) -> int:
        """How many records are added, removed or altered; a value that takes another's place counts once."""
        if self.ttl_changed:
            assert self.old is not None
            assert self.new is not None
            return max(len(self.old.values), len(self.new.values))
        return max(len(self.removed_values), len(self.added_values))

    @property
    def records_lost(self) -> int:
        """How many of the old records no longer stand with their value."""
        return len(self.removed_values)

    def __str__(self) -> str:
        """One line, such as ``~ www.mesh.example. A: 192.0.2.1 -> 192.0.2.2, ttl 600 -> 300``."""
        match self.kind:
            case ChangeKind.ADDED:
                assert self.new is not None
                return f"+ {self.key}: {', '.join(self.new.values)} (ttl {self.new.ttl})"
            case ChangeKind.REMOVED:
                assert self.old is not None
                return f"- {self.key}: {', '.join(self.old.values)} (ttl {self.old.ttl})"
            case ChangeKind.CHANGED:
                return f"~ {self.key}: {self._altered()}"

    def _altered(self) -> str:
        parts = []
        removed, added = ", ".join(self.removed_values), ", ".join(self.added_values)
        if removed and added:
            parts.append(f"{removed} -> {added}")
        elif added:
            parts.append(f"+ {added}")
        elif removed:
            parts.append(f"- {removed}")
        if self.ttl_changed:
            assert self.old is not None
            assert self.new is not None
            parts.append(f"ttl {self.old.ttl} -> {self.new.ttl}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Differences:
    """All RRsets in which two contents differ.

    Attributes:
        changes: in canonical order of owner and type.
        records_before: how many records the old content holds.
        records_after: how many the new one holds.
    """

    changes: tuple[RRsetChange, ...]
    records_before: int
    records_after: int

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def records_touched(self) -> int:
        """How many records are added, removed or altered."""
        return sum(change.records_touched for change in self.changes)

    @property
    def share_touched(self) -> float:
        """Records touched for each record there was; above 1 when the zone more than doubles or was empty."""
        return self.records_touched / max(self.records_before, 1)

    @property
    def share_lost(self) -> float:
        """Which share of the old records is removed or gets another value, 0 to 1."""
        return sum(change.records_lost for change in self.changes) / max(self.records_before, 1)

    def text(self, limit: int | None = None) -> str:
        """One line a change; from ``limit`` changes on only how many more there are."""
        shown = self.changes if limit is None else self.changes[:limit]
        lines = [str(change) for change in shown]
        if len(shown) < len(self.changes):
            lines.append(f"... and {len(self.changes) - len(shown)} more RRsets")
        return "\n".join(lines)

    def summary(self) -> str:
        """The counts in a sentence's half, such as ``RRsets: 2 added; 3 of 120 records (2.5%)``."""
        counts = {kind: sum(change.kind is kind for change in self.changes) for kind in ChangeKind}
        parts = [f"{count} {kind.value}" for kind, count in counts.items() if count]
        if not parts:
            return "no RRset differs"
        return f"RRsets: {', '.join(parts)}; {self._share()}"

    def _share(self) -> str:
        if not self.records_before:
            records = "record" if self.records_touched == 1 else "records"
            return f"{self.records_touched} {records}, none of ours before"
        return f"{self.records_touched} of {self.records_before} records ({self.share_touched:.1%})"


def differences(old: Iterable[RRset], new: Iterable[RRset]) -> Differences:
    """Compare two contents."""
    before, after = by_key(old), by_key(new)
    changes = [
        RRsetChange(before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    ]
    changes.sort(key=lambda change: (sort_key(change.key.owner), type_number(change.key.type)))
    return Differences(tuple(changes), _count(before.values()), _count(after.values()))


def applied(content: Iterable[RRset], changes: Iterable[RRsetChange]) -> dict[RRsetKey, RRset]:
    """A content after changes, by key.

    Raises:
        ValueError: an RRset is not as the change's old side says.
    """
    result = by_key(content)
    for change in changes:
        if result.get(change.key) != change.old:
            raise ValueError(f"{change.key} is not as the change expects it")
        if change.new is None:
            del result[change.key]
        else:
            result[change.key] = change.new
    return result


def _values_only_in(one: RRset | None, other: RRset | None) -> tuple[str, ...]:
    if one is None:
        return ()
    known = frozenset(other.values) if other is not None else frozenset()
    return tuple(value for value in one.values if value not in known)


def _count(rrsets: Iterable[RRset]) -> int:
    return sum(len(rrset.values) for rrset in rrsets)
