"""Delegation05: no nameserver name is an alias."""

from __future__ import annotations

import asyncio

from dns.name import Name
from dns.rdatatype import A as A_TYPE
from dns.rdtypes.ANY.CNAME import CNAME

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER, Kind
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask the zone's servers about names inside it, and look up the others."""
    names = await zone.v1.all_names()
    servers = await zone.v1.all_servers()
    messages = disabled(network, servers, A_TYPE)
    for name in names:
        if name.is_subdomain(zone.name):
            usable = network.usable(servers)
            found = await asyncio.gather(*(_ask(zone, network, server, name) for server in usable))
            messages += [said for said in found if said is not None]
        elif await _is_alias(zone, name):
            messages.append(message("NS_IS_CNAME", nsname=short(name)))
    if not any(said.tag == "NS_IS_CNAME" for said in messages):
        messages.append(message("NO_NS_CNAME"))
    return messages


async def _ask(zone: Zone, network: Network, server: Nameserver, name: Name) -> Message | None:
    question = {"ns": str(server), "query_name": short(name), "rrtype": "A"}
    response = await network.ask(server, name, A_TYPE)
    if response is None:
        return message("NO_RESPONSE", **question)
    if not response.succeeded:
        return message("UNEXPECTED_RCODE", rcode=response.rcode, **question)
    referred = response.kind is Kind.REFERRAL
    if response.rdatas(CNAME, sections=ANSWER) or (referred and await _is_alias(zone, name)):
        return message("NS_IS_CNAME", nsname=short(name))
    return None


async def _is_alias(zone: Zone, name: Name) -> bool:
    resolution = await zone.resolver.resolve(name, A_TYPE)
    response = resolution.response
    return resolution.asked != name or (
        response is not None and bool(response.rdatas(CNAME, sections=ANSWER))
    )


CASE = Case(
    id="delegation05",
    title="No nameserver name is an alias",
    source=SPECIFICATIONS + "Delegation-TP/delegation05.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "NO_NS_CNAME": Level.INFO,
        "NO_RESPONSE": Level.DEBUG,
        "NS_IS_CNAME": Level.ERROR,
        "UNEXPECTED_RCODE": Level.WARNING,
    },
    procedure=run,
)
