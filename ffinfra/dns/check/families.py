"""Saying that an IP version is switched off, or that a server is asked over it."""

from __future__ import annotations

from collections.abc import Iterable

from dns.rdatatype import RdataType

from ffinfra.dns.check.findings import Message, message
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.network import Network

_DISABLED = {Family.IPV4: "IPV4_DISABLED", Family.IPV6: "IPV6_DISABLED"}
_ENABLED = {Family.IPV4: "IPV4_ENABLED", Family.IPV6: "IPV6_ENABLED"}


def disabled(network: Network, servers: Iterable[Nameserver], *rdtypes: RdataType) -> list[Message]:
    """One message for each server that is passed over and each query type that it is not asked."""
    return [
        message(_DISABLED[server.family], ns=str(server), rrtype=rdtype.name)
        for server in servers
        if server.family not in network.families
        for rdtype in rdtypes
    ]


def enabled(network: Network, servers: Iterable[Nameserver], rdtype: RdataType) -> list[Message]:
    """One message for each server that is asked."""
    return [
        message(_ENABLED[server.family], ns=str(server), rrtype=rdtype.name)
        for server in network.usable(servers)
    ]
