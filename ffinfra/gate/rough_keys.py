"""An RRset as its resource spells it: enough to tell which resources must be read, out of ten thousand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from ffinfra.dns.names import canonical_name
from ffinfra.gate.carried_records import CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE, Carrier, Place
from ffinfra.gate.changes import Change


class RoughKey(NamedTuple):
    """An RRset as its resource spells it: enough to tell that nothing touches it."""

    place: Place
    name: str
    type: str


def rough_keys(change: Change) -> tuple[RoughKey, ...]:
    """The RRset of a resource that carries only one, before and after; empty for other kinds, which are read."""
    if not change.properties:
        key = _rough_key(change.type, change.new_inputs)
        return (key,) if key else ()
    sides = (change.new_inputs, change.old_inputs)
    return tuple(key for inputs in sides if (key := _rough_key(change.type, inputs)))


def _rough_key(kind: str, inputs: Mapping[str, Any] | None) -> RoughKey | None:
    if inputs is None:
        return None
    if kind == HETZNER_RRSET_TYPE:
        place = (Carrier.HETZNER, _origin(str(inputs.get("zone"))))
    elif kind == CLOUDFLARE_RECORD_TYPE:
        place = (Carrier.CLOUDFLARE, str(inputs.get("zoneId")))
    else:
        return None
    return RoughKey(place, str(inputs.get("name")).lower(), str(inputs.get("type")))


def records_in(change: Change) -> int:
    """How many records a resource of one RRset, or of one record, holds."""
    records = (change.new_inputs or {}).get("records")
    return len(records) if isinstance(records, list) else 1


@cache
def _origin(zone: str) -> str:
    return canonical_name(f"{zone}.")


def rough_owner(key: RoughKey) -> str:
    """The owner that a key names, in the form of ``RRset.owner``."""
    carrier, origin = key.place
    if carrier is Carrier.CLOUDFLARE:
        return f"{key.name}."
    return origin if key.name == "@" else f"{key.name}.{origin}"
