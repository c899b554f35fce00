"""Nameserver03: no nameserver gives the whole zone to strangers."""

from __future__ import annotations

import asyncio

from dns.name import Name
from dns.rdatatype import AXFR, SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for a transfer and look at its first record."""
    servers = await zone.v1.all_servers()
    checked = await asyncio.gather(
        *(_check(network, server, zone.name) for server in network.usable(servers))
    )
    return [*disabled(network, servers, AXFR), *checked]


async def _check(network: Network, server: Nameserver, zone: Name) -> Message:
    response = await network.ask(server, zone, AXFR, over=Protocol.TCP)
    records = response.message.answer if response is not None and response.succeeded else []
    available = bool(records) and records[0].rdtype == SOA
    return message("AXFR_AVAILABLE" if available else "AXFR_FAILURE", ns=str(server))


CASE = Case(
    id="nameserver03",
    title="Zone transfer is not open to everybody",
    source=SPECIFICATIONS + "Nameserver-TP/nameserver03.md",
    levels={
        "AXFR_AVAILABLE": Level.NOTICE,
        "AXFR_FAILURE": Level.INFO,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
    },
    procedure=run,
)
