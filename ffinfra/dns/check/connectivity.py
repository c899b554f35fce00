"""What Connectivity01 and Connectivity02 share: SOA and NS from every server over one protocol.

Source: https://github.com/zonemaster/zonemaster, Connectivity-TP/connectivity01.md and connectivity02.md.
"""

from __future__ import annotations

import asyncio
from typing import Final

from dns.name import Name
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone

_TYPES: Final = ((SOA_TYPE, SOA), (NS_TYPE, NS))
_PARTS: Final = (
    "MISSING_{0}_RECORD",
    "NO_RESPONSE_{0}_QUERY",
    "{0}_RECORD_NOT_AA",
    "UNEXPECTED_RCODE_{0}_QUERY",
    "WRONG_{0}_RECORD",
)


def connectivity_levels(over: Protocol, prefix: str) -> dict[str, Level]:
    """The tags of one protocol with their levels."""
    parts = {part.format(rdtype.name) for part in _PARTS for rdtype, _ in _TYPES} | {"NO_RESPONSE"}
    levels = {f"{prefix}_{part}_{over.value}": Level.WARNING for part in sorted(parts)}
    return levels | {"IPV4_DISABLED": Level.DEBUG, "IPV6_DISABLED": Level.DEBUG}


async def check_connectivity(zone: Zone, network: Network, over: Protocol, prefix: str) -> list[Message]:
    """Messages about every server of the zone, over one protocol."""
    servers = await zone.v1.all_servers()
    checked = await asyncio.gather(
        *(_check(zone.name, network, server, over) for server in network.usable(servers))
    )
    told = [
        message(f"{prefix}_{part}_{over.value}", **arguments) for each in checked for part, arguments in each
    ]
    return disabled(network, servers, SOA_TYPE, NS_TYPE) + told


async def _check(
    zone: Name, network: Network, server: Nameserver, over: Protocol
) -> list[tuple[str, dict[str, str]]]:
    responses = await asyncio.gather(*(network.ask(server, zone, rdtype, over=over) for rdtype, _ in _TYPES))
    if all(response is None for response in responses):
        return [("NO_RESPONSE", {"ns": str(server)})]
    found = (
        _judge(zone, rdtype.name, kind, response)
        for (rdtype, kind), response in zip(_TYPES, responses, strict=True)
    )
    return [(part, {"ns": str(server), **arguments}) for each in found if each for part, arguments in [each]]


def _judge(
    zone: Name, mnemonic: str, kind: type[SOA] | type[NS], response: Response | None
) -> tuple[str, dict[str, str]] | None:
    if response is None:
        return f"NO_RESPONSE_{mnemonic}_QUERY", {}
    if not response.succeeded:
        return f"UNEXPECTED_RCODE_{mnemonic}_QUERY", {"rcode": response.rcode}
    owners = [owner for owner, _ in response.owned(kind, ANSWER)]
    if not owners:
        return f"MISSING_{mnemonic}_RECORD", {}
    if owners[0] != zone:
        domains = {"domain_found": short(owners[0]), "domain_expected": short(zone)}
        return f"WRONG_{mnemonic}_RECORD", domains
    return None if response.authoritative else (f"{mnemonic}_RECORD_NOT_AA", {})
