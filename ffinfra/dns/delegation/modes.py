"""What the parent says in each mode: the NS RRset of a zone and the glue below it."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations, NameserverAddress
from ffinfra.dns.names import is_within
from ffinfra.dns.records import RRset, make_rrset, sort_rrsets


class Mode(StrEnum):
    """Which nameservers the parent names."""

    PRIMARY = "primary"
    """Our own."""
    MIXED = "mixed"
    """Our own and the fallback provider's."""
    FALLBACK = "fallback"
    """The fallback provider's alone."""


def nameservers_of(delegations: Delegations, mode: Mode) -> tuple[NameserverAddress, ...]:
    """The nameservers that the parent names in a mode."""
    match mode:
        case Mode.PRIMARY:
            return delegations.nameservers.own
        case Mode.MIXED:
            return delegations.all_nameservers
        case Mode.FALLBACK:
            return delegations.nameservers.fallback
    assert_never(mode)


def delegation_rrsets(delegations: Delegations, zone: DelegatedZone, mode: Mode) -> tuple[RRset, ...]:
    """What stands in the parent zone for a delegated zone.

    The NS RRset, and the address RRsets of those of its nameservers whose names lie in the zone itself:
    without this glue nobody could find them (RFC 1034 section 4.2.1, RFC 9471).
    """
    servers = nameservers_of(delegations, mode)
    ttl = delegations.parent.ttl
    rrsets = [make_rrset(zone.origin, "NS", ttl, [f"{server.name}." for server in servers])]
    for server in servers:
        owner = f"{server.name}."
        if not is_within(owner, zone.origin):
            continue
        if server.ipv4 is not None:
            rrsets.append(make_rrset(owner, "A", ttl, [str(server.ipv4)]))
        if server.ipv6 is not None:
            rrsets.append(make_rrset(owner, "AAAA", ttl, [str(server.ipv6)]))
    return sort_rrsets(rrsets)
