"""Nameserver04: answers come from the address that was asked."""

from __future__ import annotations

from dns.rdatatype import SOA as SOA_TYPE

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import canonical_address, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA and look at the source of the answer."""
    servers = await zone.v1.all_servers()
    asked = await network.ask_all(network.usable(servers), zone.name, SOA_TYPE)
    messages = [
        message("DIFFERENT_SOURCE_IP", ns=str(server), source=response.source)
        for server, response in asked
        if response is not None and canonical_address(response.source) != server.address
    ]
    if asked and not messages:
        messages.append(message("SAME_SOURCE_IP", names=listed(server for server, _ in asked)))
    return disabled(network, servers, SOA_TYPE) + messages


CASE = Case(
    id="nameserver04",
    title="Answers come from the address asked",
    source=SPECIFICATIONS + "Nameserver-TP/nameserver04.md",
    levels={
        "DIFFERENT_SOURCE_IP": Level.WARNING,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "SAME_SOURCE_IP": Level.INFO,
    },
    procedure=run,
)
