"""One view of DNS changes, whatever carries them: ZoneContent, Hetzner's RRsets or Cloudflare's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from ffinfra.dns.differences import Differences, differences
from ffinfra.dns.records import RRset, sort_rrsets
from ffinfra.gate.carried_records import READERS, Carrier, Piece, Place, piece_of
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.dns_told import told_by_records
from ffinfra.gate.rough_keys import records_in, rough_keys, rough_owner
from ffinfra.problems import InvalidInputError


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """How one zone's records differ before and after.

    Attributes:
        carrier: where they stand.
        zone: the zone's name with the final dot; at Cloudflare its identifier, as names carry the zone.
        differences: RRset by RRset.
        urns: the resources that carry a difference.
    """

    carrier: Carrier
    zone: str
    differences: Differences
    urns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DnsView:
    """All zones with differences.

    Attributes:
        zones: those with differences.
        unreadable: resources whose records could not be read, and why.
        told: the URNs of changes of which the zones' differences tell everything.
    """

    zones: tuple[ZoneChange, ...]
    unreadable: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()


def dns_view(changes: ChangeSet) -> DnsView:
    """The DNS changes of a preview, which must hold unchanged resources too (--show-sames)."""
    judged: list[Change] = []
    idle: Counter[Place] = Counter()
    for change, place in _with_idle_places(changes):
        if place is None:
            judged.append(change)
        else:
            idle[place] += records_in(change)
    sides = _read_sides(judged)
    zones = tuple(
        ZoneChange(*place, _with_idle(found, idle[place]), tuple(sorted(sides.touched.get(place, ()))))
        for place in sorted(sides.before.keys() | sides.after.keys())
        if (found := differences(_united(sides.before.get(place, [])), _united(sides.after.get(place, []))))
    )
    lines = {(zone.carrier, zone.zone): zone.differences for zone in zones}
    return DnsView(zones, tuple(sides.unreadable), told_by_records(changes, sides.pieces, lines))


def _with_idle_places(changes: ChangeSet) -> Iterator[tuple[Change, Place | None]]:
    """The resources that carry records; with the place of those of one RRset that nothing touches."""
    carriers = [change for change in _one_per_resource(changes) if change.type in READERS]
    keys = [rough_keys(change) for change in carriers]
    touched = {key for change, own in zip(carriers, keys, strict=True) if change.properties for key in own}
    for change, own in zip(carriers, keys, strict=True):
        idle = own and not change.properties and touched.isdisjoint(own)
        yield change, own[0].place if idle else None


def _with_idle(found: Differences, records: int) -> Differences:
    """Records that stay as they are count on both sides, and need not be read for that."""
    return replace(
        found, records_before=found.records_before + records, records_after=found.records_after + records
    )


def rrsets_after(
    changes: ChangeSet, carrier: Carrier, zone: str, owners: Collection[str] | None = None
) -> tuple[RRset, ...]:
    """The RRsets of one zone at one carrier once the change is made.

    Args:
        changes: the preview.
        carrier: where the zone stands.
        zone: its name, or its identifier at Cloudflare.
        owners: the names that are asked for, which spares reading ten thousand others; None for all.
    """
    wanted = (change for change in _one_per_resource(changes) if _may_hold(change, (carrier, zone), owners))
    found = _united(_read_sides(wanted).after.get((carrier, zone), []))
    return found if owners is None else tuple(rrset for rrset in found if rrset.owner in owners)


def rrsets_before(changes: ChangeSet, carrier: Carrier, zone: str) -> tuple[RRset, ...]:
    """All RRsets of one zone at one carrier as they stand before the change."""
    wanted = (change for change in _one_per_resource(changes) if _may_hold(change, (carrier, zone), None))
    return _united(_read_sides(wanted).before.get((carrier, zone), []))


def _may_hold(change: Change, place: Place, owners: Collection[str] | None) -> bool:
    keys = rough_keys(change)
    return not keys or any(
        key.place == place and (owners is None or rough_owner(key) in owners) for key in keys
    )


@dataclass(slots=True)
class _Sides:
    """The records of all zones before and after, while they are collected."""

    before: dict[Place, list[RRset]] = field(default_factory=dict)
    after: dict[Place, list[RRset]] = field(default_factory=dict)
    touched: dict[Place, set[str]] = field(default_factory=dict)
    pieces: dict[str, tuple[Piece | None, Piece | None]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def add(self, change: Change, before: Piece | None, after: Piece | None) -> None:
        """Take in what one resource carries on both sides."""
        for piece, side in ((before, self.before), (after, self.after)):
            if piece is not None:
                side.setdefault((piece.carrier, piece.zone), []).extend(piece.rrsets)
                if change.properties:
                    self.touched.setdefault((piece.carrier, piece.zone), set()).add(change.urn)
        self.pieces[change.urn] = (before, after)


def _read_sides(changes: Iterable[Change]) -> _Sides:
    """Read all pieces; a resource of which one side cannot be read still counts with the other."""
    sides = _Sides()
    for change in changes:
        read: list[Piece | None] = []
        for inputs in (change.old_inputs, change.new_inputs):
            try:
                read.append(piece_of(change.type, inputs))
            except (ValueError, KeyError, TypeError, AttributeError, InvalidInputError) as error:
                # Inputs are of any form; what does not have the one that is known is not read, and so not passed.
                sides.unreadable.append(f"{change.urn}: {error}")
                read.append(None)
        sides.add(change, *read)
    return sides


def _one_per_resource(changes: ChangeSet) -> Iterator[Change]:
    """One change a resource: the steps of a replacement all show the same two sides.

    The exception is a deletion that stands beside a creation of another life of the same URN; both sides are
    then found in the logical ``replace`` step, which comes with them.
    """
    chosen: dict[str, Change] = {}
    for change in changes.changes:
        known = chosen.get(change.urn)
        if known is None or _sides(change) > _sides(known):
            chosen[change.urn] = change
    return iter(chosen.values())


def _sides(change: Change) -> int:
    return (change.old_inputs is not None) + (change.new_inputs is not None)


def _united(pieces: list[RRset]) -> tuple[RRset, ...]:
    """RRsets put together from parts that each hold some of the values."""
    values: dict[tuple[str, str], set[str]] = {}
    ttls: dict[tuple[str, str], int] = {}
    for piece in pieces:
        values.setdefault(piece.key, set()).update(piece.values)
        ttls[piece.key] = min(piece.ttl, ttls.get(piece.key, piece.ttl))
    return sort_rrsets(RRset(*key, ttls[key], tuple(sorted(found))) for key, found in values.items())
