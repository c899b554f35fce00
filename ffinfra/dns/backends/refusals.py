"""Which records of a zone a backend cannot carry, so that a preview can say so before any API does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ffinfra.dns.backends.limits import Backend, Limits, limits_of, shown_name
from ffinfra.dns.names import labels
from ffinfra.dns.records import RRset, RRsetKey, Zone
from ffinfra.dns.values import to_rdata
from ffinfra.dns.zone_text import content_of

_PLAIN_NAME = re.compile(r"[a-z0-9_*.-]+")
_ESCAPE = re.compile(r"\\[0-9]{3}")
_ANY_ESCAPE = re.compile(r"\\(?:[0-9]{3}|.)")
_EMPTY_STRING = re.compile(r'(?:^| )""(?: |$)')
FIXED_OCTETS = 10
"""Type, class, TTL and length of a record in wire format (RFC 1035 section 3.2.1)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that a backend cannot carry.

    Attributes:
        backend: which one.
        key: the RRset; None where the zone as a whole does not fit.
        what: what does not fit, with the value and the limit.
        way_out: what to do.
    """

    backend: Backend
    key: RRsetKey | None
    what: str
    way_out: str

    def __str__(self) -> str:
        where = f"{self.key}: " if self.key is not None else ""
        return f"{where}{self.what}. {self.way_out}"


def refusals(zone: Zone, backend: Backend) -> tuple[Refusal, ...]:
    """Everything of a zone's content that a backend cannot carry; empty when all of it fits.

    The apex NS set is not looked at for Cloudflare, which serves its own.
    """
    limits = limits_of(backend)
    carried = carried_rrsets(zone, backend)
    found = [
        Refusal(backend, rrset.key, what, way_out)
        for rrset in carried
        for what, way_out in _rrset_refusals(rrset, limits, shown_name(backend))
    ]
    return (*found, *_zone_refusals(zone, carried, backend))


def carried_rrsets(zone: Zone, backend: Backend) -> tuple[RRset, ...]:
    """The content that is written to a backend: without the apex NS where the backend has its own."""
    content = content_of(zone)
    if backend is not Backend.CLOUDFLARE:
        return content
    return tuple(rrset for rrset in content if rrset.key != (zone.origin, "NS"))


def name_octets(name: str) -> int:
    """A canonical name's length in wire format, uncompressed."""
    return 1 + sum(1 + len(_ANY_ESCAPE.sub("x", label)) for label in labels(name))


def record_octets(rrset: RRset) -> tuple[int, ...]:
    """The uncompressed wire length of each record of a set, octets."""
    head = name_octets(rrset.owner) + FIXED_OCTETS
    return tuple(head + len(to_rdata(rrset.type, value).to_wire() or b"") for value in rrset.values)


def _zone_refusals(zone: Zone, carried: Iterable[RRset], backend: Backend) -> Iterator[Refusal]:
    limit = limits_of(backend).records
    count = sum(len(rrset.values) for rrset in carried if rrset.key != (zone.origin, "NS"))
    if limit is not None and count > limit:
        what = f"the zone has {count} records, {shown_name(backend)} carries {limit}"
        yield Refusal(backend, None, what, "Move names into a zone of their own, or use another backend.")


def _rrset_refusals(rrset: RRset, limits: Limits, name: str) -> Iterator[tuple[str, str]]:
    if limits.types is not None and rrset.type not in limits.types:
        yield f"{name} has no type {rrset.type}", "Remove the record, or keep the zone on another backend."
        return
    low, high = limits.ttl
    if not low <= rrset.ttl <= high:
        yield f"{name} takes TTLs of {low} to {high} seconds, not {rrset.ttl}", "Change the TTL."
    for check in _CHECKS:
        yield from check(rrset, limits, name)


def _plain_text(rrset: RRset, limits: Limits, name: str) -> Iterator[tuple[str, str]]:
    if not limits.plain_text:
        return
    if _PLAIN_NAME.fullmatch(rrset.owner) is None:
        yield f"it is not known whether {name} takes escapes in names", "Use letters, digits, '-' and '_'."
    if any(_ESCAPE.search(value) for value in rrset.values):
        yield f"it is not known whether {name} takes octets outside printable ASCII", "Use ASCII."


def _empty_strings(rrset: RRset, limits: Limits, name: str) -> Iterator[tuple[str, str]]:
    if not limits.empty_strings and rrset.type == "TXT" and any(map(_EMPTY_STRING.search, rrset.values)):
        yield f"{name} refuses an empty string in a TXT", "Remove the empty string."


def _sizes(rrset: RRset, limits: Limits, name: str) -> Iterator[tuple[str, str]]:
    way_out = "Make the values shorter or fewer."
    characters = sum(map(len, rrset.values))
    if limits.rrset_characters is not None and characters > limits.rrset_characters:
        yield f"{name} takes {limits.rrset_characters} characters in a set, not {characters}", way_out
    if limits.record_octets is None and limits.rrset_octets is None:
        return
    if characters + len(rrset.owner) * len(rrset.values) < min(limits.record_octets or 2000, 2000):
        return
    octets = record_octets(rrset)
    if limits.record_octets is not None and max(octets) > limits.record_octets:
        yield f"{name} takes records of {limits.record_octets} octets, not {max(octets)}", way_out
    if limits.rrset_octets is not None and sum(octets) > limits.rrset_octets:
        yield f"{name} takes sets of {limits.rrset_octets} octets, not {sum(octets)}", way_out


_CHECKS: tuple[Callable[[RRset, Limits, str], Iterator[tuple[str, str]]], ...] = (
    _plain_text,
    _empty_strings,
    _sizes,
)
