"""A zone as Hetzner's API wants it: RRsets with relative names and canonical values."""

from __future__ import annotations

from dataclasses import dataclass

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.backends.refusals import carried_rrsets
from ffinfra.dns.names import relative
from ffinfra.dns.records import Zone


@dataclass(frozen=True, slots=True)
class HetznerRRset:
    """The arguments of one hcloud ZoneRrset.

    Attributes:
        name: relative to the zone, ``@`` for the apex.
        type: the record type.
        ttl: seconds.
        values: the records' values in canonical form, TXT quoted in strings of at most 255 octets, sorted.
    """

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]


def hetzner_rrsets(zone: Zone, *, apex_ns: bool = False) -> tuple[HetznerRRset, ...]:
    """The RRsets to declare in a zone at Hetzner; check ``refusals`` first.

    The SOA belongs to Hetzner. The apex NS set exists as soon as the zone does, so creating it again is
    answered with a conflict: it is left out unless ``apex_ns`` asks for it (to import and then manage it).
    """
    return tuple(
        HetznerRRset(relative(rrset.owner, zone.origin), rrset.type, rrset.ttl, rrset.values)
        for rrset in carried_rrsets(zone, Backend.HETZNER)
        if apex_ns or rrset.key != (zone.origin, "NS")
    )
