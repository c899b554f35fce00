"""Nameserver02: the nameservers support EDNS version 0."""

from __future__ import annotations

import asyncio

from dns.name import Name
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA with EDNS, and without where that gets no answer."""
    servers = await zone.v1.all_servers()
    usable = network.usable(servers)
    checked = await asyncio.gather(*(_check(network, server, zone.name) for server in usable))
    messages = [said for said in checked if said is not None]
    if usable and not messages:
        messages.append(message("EDNS0_SUPPORT", ns_list=listed(usable)))
    return disabled(network, servers, SOA_TYPE) + messages


async def _check(network: Network, server: Nameserver, zone: Name) -> Message | None:
    response = await network.ask(server, zone, SOA_TYPE, edns=Edns.PLAIN)
    if response is not None:
        return _judge(server, zone, response)
    without = await network.ask(server, zone, SOA_TYPE)
    return message("NO_RESPONSE" if without is None else "BREAKS_ON_EDNS", ns=str(server), domain=short(zone))


def _judge(server: Nameserver, zone: Name, response: Response) -> Message | None:
    if response.rcode == "FORMERR" and not response.has_edns:
        return message("NO_EDNS_SUPPORT", ns=str(server))
    if not response.succeeded:
        return message("NS_ERROR", ns=str(server))
    if not response.has_edns:
        return message("EDNS_RESPONSE_WITHOUT_EDNS", ns=str(server), domain=short(zone))
    if response.edns_version != 0:
        return message("EDNS_VERSION_ERROR", ns=str(server), domain=short(zone))
    if response.extended_rcode or not response.rdatas(SOA, sections=ANSWER):
        return message("NS_ERROR", ns=str(server))
    return None


CASE = Case(
    id="nameserver02",
    title="The nameservers support EDNS",
    source=SPECIFICATIONS + "Nameserver-TP/nameserver02.md",
    levels={
        "BREAKS_ON_EDNS": Level.ERROR,
        "EDNS0_SUPPORT": Level.INFO,
        "EDNS_RESPONSE_WITHOUT_EDNS": Level.ERROR,
        "EDNS_VERSION_ERROR": Level.ERROR,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "NO_EDNS_SUPPORT": Level.WARNING,
        "NO_RESPONSE": Level.DEBUG,
        "NS_ERROR": Level.WARNING,
    },
    procedure=run,
)
