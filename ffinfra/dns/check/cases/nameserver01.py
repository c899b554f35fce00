"""Nameserver01: no nameserver is a recursor."""

from __future__ import annotations

import asyncio
from typing import Final

from dns.rdatatype import A as A_TYPE

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, absolute, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone

NONEXISTENT: Final = tuple(
    absolute(f"xn--nameservertest.{domain}") for domain in ("iis.se", "icann.org", "ripe.net")
)


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for names that do not exist and are not its business."""
    servers = await zone.v1.all_servers()
    checked = await asyncio.gather(*(_check(network, server) for server in network.usable(servers)))
    return [*disabled(network, servers, A_TYPE), *(said for each in checked for said in each)]


async def _check(network: Network, server: Nameserver) -> list[Message]:
    asked = await asyncio.gather(*(network.ask(server, name, A_TYPE) for name in NONEXISTENT))
    messages = [
        message("NO_RESPONSE", ns=str(server), domain=short(name))
        for name, response in zip(NONEXISTENT, asked, strict=True)
        if response is None
    ]
    responses = [response for response in asked if response is not None]
    all_nxdomain = bool(responses) and all(response.rcode == "NXDOMAIN" for response in responses)
    if all_nxdomain or any(response.recursion_available for response in responses):
        return [*messages, message("IS_A_RECURSOR", ns=str(server))]
    return messages or [message("NO_RECURSOR", ns=str(server))]


CASE = Case(
    id="nameserver01",
    title="No nameserver is a recursor",
    source=SPECIFICATIONS + "Nameserver-TP/nameserver01.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "IS_A_RECURSOR": Level.ERROR,
        "NO_RECURSOR": Level.INFO,
        "NO_RESPONSE": Level.DEBUG,
    },
    procedure=run,
)
