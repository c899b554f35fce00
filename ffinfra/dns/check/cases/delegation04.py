"""Delegation04: the nameservers are authoritative, over UDP and TCP."""

from __future__ import annotations

import asyncio

from dns.rdatatype import SOA as SOA_TYPE

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA over both protocols; silence is judged by other cases."""
    servers = await zone.v1.all_servers()
    messages = disabled(network, servers, SOA_TYPE)
    asked = [(server, over) for server in network.usable(servers) for over in Protocol]
    responses = await asyncio.gather(
        *(network.ask(server, zone.name, SOA_TYPE, over=over) for server, over in asked)
    )
    answered = [(*pair, one) for pair, one in zip(asked, responses, strict=True) if one is not None]
    refusing = [
        message("IS_NOT_AUTHORITATIVE", ns=str(server), proto=over.value)
        for server, over, response in answered
        if not response.authoritative
    ]
    if answered and not refusing:
        names = listed(server.name for server, _, _ in answered)
        messages.append(message("ARE_AUTHORITATIVE", nsname_list=names))
    return messages + refusing


CASE = Case(
    id="delegation04",
    title="The nameservers are authoritative",
    source=SPECIFICATIONS + "Delegation-TP/delegation04.md",
    levels={
        "ARE_AUTHORITATIVE": Level.INFO,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "IS_NOT_AUTHORITATIVE": Level.WARNING,
    },
    procedure=run,
)
