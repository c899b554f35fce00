"""One view of DNS changes, whatever carries them: ZoneContent, Hetzner's RRsets or Cloudflare's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

from ffinfra.dns.differences import Differences, differences
from ffinfra.dns.names import canonical_name
from ffinfra.dns.records import RRset, sort_rrsets
from ffinfra.gate.carried_records import (
    CLOUDFLARE_RECORD_TYPE,
    HETZNER_RRSET_TYPE,
    READERS,
    Carrier,
    Place,
    piece_of,
)
from ffinfra.gate.changes import Change, ChangeSet
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
    """All zones with differences, and records that could not be read."""

    zones: tuple[ZoneChange, ...]
    unreadable: tuple[str, ...] = ()


def dns_view(changes: ChangeSet) -> DnsView:
    """The DNS changes of a preview, which must hold unchanged resources too (--show-sames)."""
    carriers = [change for change in _one_per_resource(changes) if change.type in READERS]
    touched = {key for change in carriers if change.properties for key in _rough_keys(change)}
    judged: list[Change] = []
    idle: Counter[Place] = Counter()
    for change in carriers:
        keys = () if change.properties else _rough_keys(change)
        if keys and touched.isdisjoint(keys):
            idle[keys[0].place] += _records(change)
        else:
            judged.append(change)
    sides = _read_sides(judged)
    zones = [
        ZoneChange(*place, _with_idle(found, idle[place]), tuple(sorted(sides.touched.get(place, ()))))
        for place in sorted(sides.before.keys() | sides.after.keys())
        if (found := differences(_united(sides.before.get(place, [])), _united(sides.after.get(place, []))))
    ]
    return DnsView(tuple(zones), tuple(sides.unreadable))


def _with_idle(found: Differences, records: int) -> Differences:
    """Records that stay as they are count on both sides, and need not be read for that."""
    return replace(
        found, records_before=found.records_before + records, records_after=found.records_after + records
    )


class _RoughKey(NamedTuple):
    """An RRset as its resource spells it: enough to tell that nothing touches it."""

    place: Place
    name: str
    type: str


def _rough_keys(change: Change) -> tuple[_RoughKey, ...]:
    """The RRset of a resource that carries only one, before and after; empty for other kinds, which are read."""
    sides = [change.new_inputs, change.old_inputs] if change.properties else [change.new_inputs]
    return tuple(key for inputs in sides if (key := _rough_key(change.type, inputs)))


def _rough_key(kind: str, inputs: Mapping[str, Any] | None) -> _RoughKey | None:
    if inputs is None:
        return None
    if kind == HETZNER_RRSET_TYPE:
        place = (Carrier.HETZNER, _origin(str(inputs.get("zone"))))
    elif kind == CLOUDFLARE_RECORD_TYPE:
        place = (Carrier.CLOUDFLARE, str(inputs.get("zoneId")))
    else:
        return None
    return _RoughKey(place, str(inputs.get("name")).lower(), str(inputs.get("type")))


def _records(change: Change) -> int:
    """How many records a resource of one RRset, or of one record, holds."""
    records = (change.new_inputs or {}).get("records")
    return 1 if records is None else len(records)


@cache
def _origin(zone: str) -> str:
    return canonical_name(f"{zone}.")


def rrsets_after(changes: ChangeSet, carrier: Carrier, zone: str) -> tuple[RRset, ...]:
    """All RRsets of one zone at one carrier once the change is made."""
    return _united(_read_sides(_one_per_resource(changes)).after.get((carrier, zone), []))


def rrsets_before(changes: ChangeSet, carrier: Carrier, zone: str) -> tuple[RRset, ...]:
    """All RRsets of one zone at one carrier as they stand before the change."""
    return _united(_read_sides(_one_per_resource(changes)).before.get((carrier, zone), []))


@dataclass(slots=True)
class _Sides:
    """The records of all zones before and after, while they are collected."""

    before: dict[tuple[Carrier, str], list[RRset]] = field(default_factory=dict)
    after: dict[tuple[Carrier, str], list[RRset]] = field(default_factory=dict)
    touched: dict[tuple[Carrier, str], set[str]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def _read_sides(changes: Iterable[Change]) -> _Sides:
    sides = _Sides()
    for change in changes:
        for inputs, side in ((change.old_inputs, sides.before), (change.new_inputs, sides.after)):
            try:
                piece = piece_of(change.type, inputs)
            except (ValueError, KeyError, TypeError, AttributeError, InvalidInputError) as error:
                # Inputs are of any form; what does not have the one that is known is not read, and so not passed.
                sides.unreadable.append(f"{change.urn}: {error}")
                continue
            if piece is not None:
                key = (piece.carrier, piece.zone)
                side.setdefault(key, []).extend(piece.rrsets)
                if change.properties:
                    sides.touched.setdefault(key, set()).add(change.urn)
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
