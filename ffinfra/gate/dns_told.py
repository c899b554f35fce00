"""Which changes of resources are told in full by the differences of zones, so that they need no line of their own.

Whatever is not certain keeps its line: a change is told twice rather than not at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from ffinfra.dns.differences import Differences, RRsetChange
from ffinfra.dns.records import RRset, RRsetKey
from ffinfra.gate.carried_records import (
    CLOUDFLARE_RECORD_TYPE,
    HETZNER_RRSET_TYPE,
    MANUAL_DELEGATION_TYPE,
    UPDATED_DELEGATION_TYPE,
    ZONE_CONTENT_TYPE,
    Piece,
    Place,
)
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.operations import Operation
from ffinfra.gate.property_changes import Hidden, PropertyChange

_PLAIN = frozenset({Operation.CREATE, Operation.UPDATE, Operation.DELETE})
_SEEN: Mapping[str, re.Pattern[str]] = {
    ZONE_CONTENT_TYPE: re.compile("content"),
    HETZNER_RRSET_TYPE: re.compile(r"zone|name|type|ttl|records|records\[\d+\]\.value"),
    CLOUDFLARE_RECORD_TYPE: re.compile(r"zoneId|name|type|ttl|content|priority|data\.\w+"),
    UPDATED_DELEGATION_TYPE: re.compile("content"),
    MANUAL_DELEGATION_TYPE: re.compile("parent|child|content"),
}
"""The inputs that the differences of records show."""
_NOTHING = (Hidden.ABSENT, False, "", "{}", "[]")
"""Values that say no more than that an input is left out."""

Pieces = tuple[Piece | None, Piece | None]
"""The records of a resource before and after."""


def told_by_records(
    changes: ChangeSet, pieces: Mapping[str, Pieces], zones: Mapping[Place, Differences]
) -> frozenset[str]:
    """The URNs of changes that the differences of zones tell in full.

    Args:
        changes: the preview.
        pieces: by URN what each resource carries.
        zones: the differences of each zone.
    """
    times = Counter(change.urn for change in changes.effective)
    lines = {place: {change.key: change for change in found.changes} for place, found in zones.items()}
    return frozenset(
        change.urn
        for change in changes.effective
        if times[change.urn] == 1
        and change.urn in pieces
        and _inputs_are_seen(change)
        and _records_are_seen(pieces[change.urn], lines)
    )


def _inputs_are_seen(change: Change) -> bool:
    seen = _SEEN.get(change.type)
    if seen is None or change.operation not in _PLAIN or change.options or change.replaced_because:
        return False
    return all(seen.fullmatch(one.path) or _says_nothing(one) for one in change.properties)


def _says_nothing(one: PropertyChange) -> bool:
    return one.old in _NOTHING and one.new in _NOTHING


def _records_are_seen(pieces: Pieces, lines: Mapping[Place, Mapping[RRsetKey, RRsetChange]]) -> bool:
    """Whether the resource has records that differ, and each is in a line of its zone."""
    found = [
        _is_seen(old, new, lines.get(place, {}).get((old or new).key))  # type: ignore[union-attr]
        for place, old, new in _differing(pieces)
    ]
    return bool(found) and all(found)


def _differing(pieces: Pieces) -> Iterator[tuple[Place, RRset | None, RRset | None]]:
    sides = [
        {((piece.carrier, piece.zone), rrset.key): rrset for rrset in piece.rrsets} if piece else {}
        for piece in pieces
    ]
    for place, key in sides[0].keys() | sides[1].keys():
        old, new = sides[0].get((place, key)), sides[1].get((place, key))
        if old != new:
            yield place, old, new


def _is_seen(old: RRset | None, new: RRset | None, line: RRsetChange | None) -> bool:
    if line is None:
        return False
    before, after = old.values if old else (), new.values if new else ()
    return (
        {*before} - {*after} <= {*line.removed_values}
        and {*after} - {*before} <= {*line.added_values}
        and (old is None or line.old is None or old.ttl == line.old.ttl)
        and (new is None or line.new is None or new.ttl == line.new.ttl)
    )
