"""What the parent says in each mode: the NS RRset of a zone, the glue below it, and the DS of its keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.names import is_within
from ffinfra.dns.records import RRset, make_rrset, sort_rrsets


def nameservers_of(
    delegations: Delegations, zone: DelegatedZone, mode: Mode
) -> tuple[NameserverAddress, ...]:
    """The nameservers that the parent names for a zone in a mode."""
    match mode:
        case Mode.PRIMARY:
            return delegations.primary_servers(zone)
        case Mode.MIXED:
            return (*delegations.primary_servers(zone), *delegations.fallback_servers(zone))
        case Mode.FALLBACK:
            return delegations.fallback_servers(zone)
    assert_never(mode)


def delegation_rrsets(
    delegations: Delegations, zone: DelegatedZone, mode: Mode, trust: Trust = Trust.PUBLISHED
) -> tuple[RRset, ...]:
    """What stands in the parent zone for a delegated zone.

    The NS RRset; the address RRsets of those of its nameservers whose names lie in the zone itself: without
    this glue nobody could find them (RFC 1034 section 4.2.1, RFC 9471); and the DS RRset of a signed zone
    (RFC 4035 section 2.4), unless it is withdrawn for the sake of an unsigned fallback.
    """
    servers = nameservers_of(delegations, zone, mode)
    ttl = delegations.parent.ttl
    rrsets = [make_rrset(zone.origin, "NS", ttl, [f"{server.name}." for server in servers])]
    rrsets += _glue(zone, servers, ttl)
    if zone.ds and (trust is Trust.PUBLISHED or not delegations.breaks_at_fallback(zone)):
        rrsets.append(make_rrset(zone.origin, "DS", ttl, zone.ds))
    return sort_rrsets(rrsets)


def _glue(zone: DelegatedZone, servers: tuple[NameserverAddress, ...], ttl: int) -> Iterator[RRset]:
    for server in servers:
        owner = f"{server.name}."
        if not is_within(owner, zone.origin):
            continue
        if server.ipv4 is not None:
            yield make_rrset(owner, "A", ttl, [str(server.ipv4)])
        if server.ipv6 is not None:
            yield make_rrset(owner, "AAAA", ttl, [str(server.ipv6)])
