"""DNSSEC11: DS records in the parent mean that the zone is signed."""

from __future__ import annotations

import asyncio

from dns.rdata import Rdata
from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdatatype import DS as DS_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns, Protocol
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone

Sorted = dict[bool | None, list[str]]
"""Addresses of servers by whether they have the records; None where that cannot be told."""


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask the parent's servers for DS and, where there are some, the zone's for DNSKEY."""
    messages, go_on = await _check_parents(zone, network)
    if not go_on:
        return messages
    servers = await zone.v1.all_servers()
    usable = network.usable({server.address: server for server in servers}.values())
    with_zone = await asyncio.gather(*(_has_zone(zone, network, server) for server in usable))
    serving = [server for server, has in zip(usable, with_zone, strict=True) if has]
    found = await _sort(zone, network, serving, DNSKEY_TYPE, DNSKEY, Edns.NONE)
    messages += disabled(network, servers, SOA_TYPE, DNSKEY_TYPE)
    if not found[True] and not found[False]:
        return messages + ([message("DS11_UNDETERMINED_SIGNED_ZONE")] if found[None] else [])
    if not found[True]:
        return [*messages, message("DS11_DS_BUT_UNSIGNED_ZONE")]
    if not found[False]:
        return messages
    return [
        *messages,
        message("DS11_INCONSISTENT_SIGNED_ZONE"),
        message("DS11_NS_WITH_UNSIGNED_ZONE", ns_ip_list=listed(found[False])),
        message("DS11_NS_WITH_SIGNED_ZONE", ns_ip_list=listed(found[True])),
    ]


async def _check_parents(zone: Zone, network: Network) -> tuple[list[Message], bool]:
    """Messages about the parent's servers, and whether there is a DS to hold the zone against."""
    if zone.is_undelegated:
        return [], zone.undelegated is not None and bool(zone.undelegated.ds)
    parents = await (await zone.v1.parent()).child_servers()
    messages = disabled(network, parents, DS_TYPE)
    unique = {server.address: server for server in network.usable(parents)}.values()
    found = await _sort(zone, network, list(unique), DS_TYPE, DS, Edns.DNSSEC)
    if found[True] and found[False]:
        messages += [
            message("DS11_INCONSISTENT_DS"),
            message("DS11_PARENT_WITHOUT_DS", ns_ip_list=listed(found[False])),
            message("DS11_PARENT_WITH_DS", ns_ip_list=listed(found[True])),
        ]
    elif found[None] and not found[True] and not found[False]:
        messages.append(message("DS11_UNDETERMINED_DS"))
    return messages, bool(found[True])


async def _sort(
    zone: Zone,
    network: Network,
    servers: list[Nameserver],
    rdtype: RdataType,
    kind: type[Rdata],
    edns: Edns,
) -> Sorted:
    """Sort servers by whether they have records of a type at the apex."""
    found: Sorted = {True: [], False: [], None: []}
    for server, response in await network.ask_all(servers, zone.name, rdtype, edns=edns):
        again = response
        if response is not None and response.truncated:
            again = await network.ask(server, zone.name, rdtype, over=Protocol.TCP, edns=edns)
        usable = again is not None and again.succeeded and again.authoritative
        has = bool(again.rdatas(kind, zone.name, ANSWER)) if usable and again is not None else None
        found[has].append(server.address)
    return found


async def _has_zone(zone: Zone, network: Network, server: Nameserver) -> bool:
    soa = await network.ask(server, zone.name, SOA_TYPE)
    return (
        soa is not None and soa.succeeded and soa.authoritative and bool(soa.rdatas(SOA, zone.name, ANSWER))
    )


CASE = Case(
    id="dnssec11",
    title="DS records mean that the zone is signed",
    source=SPECIFICATIONS + "DNSSEC-TP/dnssec11.md",
    levels={
        "DS11_DS_BUT_UNSIGNED_ZONE": Level.ERROR,
        "DS11_INCONSISTENT_DS": Level.WARNING,
        "DS11_INCONSISTENT_SIGNED_ZONE": Level.ERROR,
        "DS11_NS_WITH_SIGNED_ZONE": Level.NOTICE,
        "DS11_NS_WITH_UNSIGNED_ZONE": Level.WARNING,
        "DS11_PARENT_WITHOUT_DS": Level.NOTICE,
        "DS11_PARENT_WITH_DS": Level.NOTICE,
        "DS11_UNDETERMINED_DS": Level.ERROR,
        "DS11_UNDETERMINED_SIGNED_ZONE": Level.ERROR,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
    },
    procedure=run,
)
