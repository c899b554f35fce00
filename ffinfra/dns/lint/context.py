"""What rules look at: one zone, the others beside it, and what a name in them leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.master_file import ZoneFile
from ffinfra.dns.names import ancestors, is_within, labels, parent
from ffinfra.dns.records import RRset, Zone, delegations


@dataclass(frozen=True, slots=True)
class LintedZone:
    """A zone to look at.

    Attributes:
        zone: its content.
        file: what it was read from, for places and for what the model puts together; None if it was no file.
        backends: where it is to be served; what these cannot carry is found.
    """

    zone: Zone
    file: ZoneFile | None = None
    backends: Sequence[Backend] = ()


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What rules need to know beyond the zones.

    Attributes:
        longest_outage: seconds that the primary may be gone while secondaries go on answering; None if
            nobody said.
    """

    longest_outage: int | None = None


class Fate(Enum):
    """What a name leads to."""

    FOUND = "found"
    """It has records, or is between names that have (an empty non-terminal)."""
    WILDCARD = "wildcard"
    """A wildcard answers for it."""
    MISSING = "missing"
    """It does not exist."""
    ELSEWHERE = "elsewhere"
    """It lies in a zone that we do not see: outside, below a delegation, or moved by a DNAME."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a name leads to, and the RRsets there by type."""

    fate: Fate
    rrsets: Mapping[str, RRset] = field(default_factory=dict)

    @property
    def has_address(self) -> bool:
        """Whether there is an A or AAAA."""
        return "A" in self.rrsets or "AAAA" in self.rrsets


class ZoneIndex:
    """One zone with what lookups need: delegations, and names that exist without records."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.cuts = frozenset(delegations(zone))
        self.between = {
            above for owner in zone.index for above in ancestors(owner, zone.origin)
        } - zone.index.keys()

    def cut_above(self, name: str) -> str | None:
        """The delegation that a name lies at or below."""
        return next((at for at in (name, *ancestors(name, self.zone.origin)) if at in self.cuts), None)

    def lookup(self, name: str) -> Lookup:
        """What a name in this zone leads to (RFC 1034 section 4.3.2, RFC 4592)."""
        index = self.zone.index
        above = ancestors(name, self.zone.origin)
        if self.cut_above(name) is not None or any("DNAME" in index.get(at, {}) for at in above):
            return Lookup(Fate.ELSEWHERE)
        if name in index:
            return Lookup(Fate.FOUND, index[name])
        if name in self.between or name == self.zone.origin:
            return Lookup(Fate.FOUND)
        encloser = next(at for at in above if at in index or at in self.between or at == self.zone.origin)
        wildcard = index.get(f"*.{encloser}" if encloser != "." else "*.")
        return Lookup(Fate.MISSING) if wildcard is None else Lookup(Fate.WILDCARD, wildcard)


class Context:
    """One zone of several, as a rule sees it."""

    def __init__(self, linted: LintedZone, indexes: Mapping[str, ZoneIndex], settings: LintSettings) -> None:
        self.linted = linted
        self.zone = linted.zone
        self.index = indexes[linted.zone.origin]
        self.settings = settings
        self._indexes = indexes

    def lookup(self, name: str) -> Lookup:
        """What a name leads to in the most specific of the zones given."""
        origin = self.zone_of(name)
        return Lookup(Fate.ELSEWHERE) if origin is None else self._indexes[origin].lookup(name)

    def zone_of(self, name: str) -> str | None:
        """The most specific of the zones given that a name lies in."""
        while name not in self._indexes:
            if name == ".":
                return None
            name = parent(name)
        return name

    def rrsets(self, *types: str) -> Iterator[RRset]:
        """The zone's RRsets of some types, with authority or not."""
        return (rrset for rrset in self.zone.rrsets if rrset.type in types)

    @cached_property
    def all_zones(self) -> tuple[Zone, ...]:
        """Every zone given."""
        return tuple(index.zone for index in self._indexes.values())


def targets(rrset: RRset) -> Iterator[tuple[str, str]]:
    """The names that an RRset leads to: (value, target) for each; for types that lead nowhere nothing."""
    position = _TARGET_FIELD.get(rrset.type)
    if position is None:
        return
    for value in rrset.values:
        target = value.split(" ")[position]
        if target != ".":
            yield value, target


def looks_doubled(target: str, origin: str) -> bool:
    """Whether a name looks like a full name to which the zone's was appended for want of a final dot."""
    if origin == "." or not is_within(target, origin):
        return False
    written = labels(target)[: -len(labels(origin))]
    return len(written) >= 2 and written[-1].isalpha() and len(written[-1]) >= 2


_TARGET_FIELD: Mapping[str, int] = {
    "NS": 0,
    "CNAME": 0,
    "DNAME": 0,
    "PTR": 0,
    "MX": 1,
    "SRV": 3,
    "HTTPS": 1,
    "SVCB": 1,
    "AFSDB": 1,
    "KX": 1,
    "RT": 1,
}
