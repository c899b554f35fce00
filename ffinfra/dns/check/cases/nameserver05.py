"""Nameserver05: questions for AAAA are answered properly."""

from __future__ import annotations

import asyncio

from dns.name import Name
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import A as A_TYPE

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for A and, where that is answered, for AAAA at the apex."""
    servers = await zone.v1.all_servers()
    usable = network.usable(servers)
    checked = await asyncio.gather(*(_check(network, server, zone.name) for server in usable))
    messages = [said for said in checked if said is not None]
    troubled = any(said.tag.startswith("AAAA_") for said in messages)
    good = [server for server, said in zip(usable, checked, strict=True) if said is None]
    if good and not troubled:
        messages.append(message("AAAA_WELL_PROCESSED", ns_list=listed(good)))
    return disabled(network, servers, A_TYPE) + messages


async def _check(network: Network, server: Nameserver, zone: Name) -> Message | None:
    ipv4 = await network.ask(server, zone, A_TYPE)
    if ipv4 is None:
        return message("NO_RESPONSE", ns=str(server), domain=short(zone))
    if not ipv4.succeeded:
        return message("A_UNEXPECTED_RCODE", ns=str(server), rcode=ipv4.rcode)
    ipv6 = await network.ask(server, zone, AAAA_TYPE)
    if ipv6 is None:
        return message("AAAA_QUERY_DROPPED", ns=str(server))
    if not ipv6.succeeded:
        return message("AAAA_UNEXPECTED_RCODE", ns=str(server), rcode=ipv6.rcode)
    for record in ipv6.broken:
        if record.rdtype == AAAA_TYPE:
            return message("AAAA_BAD_RDATA", ns=str(server), length=record.length)
    return None


CASE = Case(
    id="nameserver05",
    title="Questions for AAAA are answered properly",
    source=SPECIFICATIONS + "Nameserver-TP/nameserver05.md",
    levels={
        "AAAA_BAD_RDATA": Level.ERROR,
        "AAAA_QUERY_DROPPED": Level.ERROR,
        "AAAA_UNEXPECTED_RCODE": Level.ERROR,
        "AAAA_WELL_PROCESSED": Level.INFO,
        "A_UNEXPECTED_RCODE": Level.WARNING,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "NO_RESPONSE": Level.DEBUG,
    },
    procedure=run,
)
