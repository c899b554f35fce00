"""Address02: nameserver addresses have a PTR record."""

from __future__ import annotations

import asyncio

import dns.reversename
from dns.rdatatype import PTR as PTR_TYPE
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.PTR import PTR

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look up the PTR of every address once."""
    servers = {server.address: server for server in reversed(await zone.v1.all_servers())}
    found = await asyncio.gather(*(_check(zone, server) for server in servers.values()))
    messages = [one for one in found if one is not None]
    if servers and not messages:
        messages.append(message("NAMESERVERS_IP_WITH_REVERSE"))
    return messages


async def _check(zone: Zone, server: Nameserver) -> Message | None:
    name = dns.reversename.from_address(server.address)
    response = (await zone.resolver.resolve(name, PTR_TYPE)).response
    aliases = response.rdatas(CNAME, sections=ANSWER) if response is not None and response.succeeded else []
    if aliases and response is not None and not response.rdatas(PTR, sections=ANSWER):
        name = aliases[0].target
        response = (await zone.resolver.resolve(name, PTR_TYPE)).response
    if response is None:
        return message("NO_RESPONSE_PTR_QUERY", domain=short(name))
    if not response.succeeded or not response.rdatas(PTR, sections=ANSWER):
        return message("NAMESERVER_IP_WITHOUT_REVERSE", nsname=short(server.name), ns_ip=server.address)
    return None


CASE = Case(
    id="address02",
    title="Nameserver addresses have a reverse entry",
    source=SPECIFICATIONS + "Address-TP/address02.md",
    levels={
        "NAMESERVERS_IP_WITH_REVERSE": Level.INFO,
        "NAMESERVER_IP_WITHOUT_REVERSE": Level.WARNING,
        "NO_RESPONSE_PTR_QUERY": Level.WARNING,
    },
    procedure=run,
)
