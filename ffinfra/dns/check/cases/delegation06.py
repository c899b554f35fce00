"""Delegation06: every nameserver has the SOA of the zone."""

from __future__ import annotations

from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA; errors and silence are judged by other cases."""
    servers = await zone.v1.all_servers()
    messages = disabled(network, servers, SOA_TYPE)
    asked = await network.ask_all(network.usable(servers), zone.name, SOA_TYPE)
    answered = [(server, one) for server, one in asked if one is not None and one.succeeded]
    missing = [
        message("SOA_NOT_EXISTS", ns=str(server))
        for server, response in answered
        if not response.rdatas(SOA, sections=ANSWER)
    ]
    if answered and not missing:
        messages.append(message("SOA_EXISTS"))
    return messages + missing


CASE = Case(
    id="delegation06",
    title="Every nameserver has the SOA of the zone",
    source=SPECIFICATIONS + "Delegation-TP/delegation06.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "SOA_EXISTS": Level.INFO,
        "SOA_NOT_EXISTS": Level.ERROR,
    },
    procedure=run,
)
