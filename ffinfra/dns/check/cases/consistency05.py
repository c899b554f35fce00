"""Consistency05: the addresses of the nameserver names are the same in the delegation and in the zone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from dns.name import Name
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import A as A_TYPE
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.resolver import addresses_of
from ffinfra.dns.check.response import ANSWER, Kind
from ffinfra.dns.check.zone import Zone

ADDRESS_TYPES = (A_TYPE, AAAA_TYPE)


@dataclass
class _Child:
    """What the zone's own servers say about the nameserver names inside the zone."""

    addresses: set[Nameserver] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    lame: bool = False


async def run(zone: Zone, network: Network) -> list[Message]:
    """Compare the glue with the zone, and addresses of outside names in the parent with lookups."""
    glue = await _parent_addresses(zone)
    child = await _child_addresses(zone, network)
    if child.lame:
        return [*child.messages, message("CHILD_ZONE_LAME")]
    strict = {one for one in glue if one.name.is_subdomain(zone.name)}
    mismatches = _compare(strict, child.addresses)
    for name in sorted({one.name for one in glue - strict}):
        looked_up = await _look_up(zone, name)
        extended = {one for one in glue if one.name == name}
        if not extended <= looked_up:
            both = {"parent_addresses": listed(extended), "zone_addresses": listed(looked_up)}
            mismatches.append(message("OUT_OF_BAILIWICK_ADDR_MISMATCH", **both))
    return child.messages + (mismatches or [message("ADDRESSES_MATCH")])


def _compare(strict: set[Nameserver], child: set[Nameserver]) -> list[Message]:
    messages = []
    if not strict <= child:
        both = {"parent_addresses": listed(strict), "zone_addresses": listed(child)}
        messages.append(message("IN_BAILIWICK_ADDR_MISMATCH", **both))
    if not child <= strict:
        messages.append(message("EXTRA_ADDRESS_CHILD", ns_ip_list=listed(child - strict)))
    return messages


async def _parent_addresses(zone: Zone) -> set[Nameserver]:
    """The addresses that the parent's servers give for the names in the delegation, wherever they lie."""
    parent = await zone.v1.parent()
    responses = await parent.all_responses(zone.name, NS_TYPE)
    names = dict.fromkeys(
        one.target.canonicalize() for each in responses for one in each.rdatas(NS, zone.name)
    )
    found: set[Nameserver] = set()
    for name in names:
        for rdtype in ADDRESS_TYPES:
            for response in await parent.all_responses(name, rdtype):
                found |= {Nameserver(name, address) for address in addresses_of(response, name)}
    return found


async def _child_addresses(zone: Zone, network: Network) -> _Child:
    names = [name for name in await zone.v1.all_names() if name.is_subdomain(zone.name)]
    servers = network.usable(await zone.v1.all_servers())
    child = _Child()
    for name in names:
        asked = await asyncio.gather(*(_ask_both(zone, network, server, name, child) for server in servers))
        child.lame = child.lame or not any(asked)
    return child


async def _ask_both(zone: Zone, network: Network, server: Nameserver, name: Name, child: _Child) -> bool:
    """Ask a server for both address types; False when neither was answered properly."""
    both = await asyncio.gather(
        *(_addresses(zone, network, server, name, rdtype) for rdtype in ADDRESS_TYPES)
    )
    for answer in both:
        if isinstance(answer, Message):
            child.messages.append(answer)
        else:
            child.addresses |= {Nameserver(name, address) for address in answer}
    return not all(isinstance(answer, Message) for answer in both)


async def _addresses(
    zone: Zone, network: Network, server: Nameserver, name: Name, rdtype: RdataType
) -> list[str] | Message:
    response = await network.ask(server, name, rdtype)
    if response is None:
        return message("NO_RESPONSE", ns=str(server))
    if response.kind is Kind.REFERRAL:
        found = (await zone.resolver.resolve(name, rdtype)).response
        return [] if found is None else addresses_of(found, name, ANSWER)
    if response.authoritative and response.succeeded:
        return addresses_of(response, name, ANSWER)
    if response.authoritative and response.rcode == "NXDOMAIN":
        return []
    return message("CHILD_NS_FAILED", ns=str(server))


async def _look_up(zone: Zone, name: Name) -> set[Nameserver]:
    both = await asyncio.gather(*(zone.resolver.resolve(name, rdtype) for rdtype in ADDRESS_TYPES))
    responses = [one.response for one in both if one.response is not None]
    return {
        Nameserver(name, address)
        for response in responses
        for address in addresses_of(response, name, ANSWER)
    }


CASE = Case(
    id="consistency05",
    title="Delegation and zone give the same nameserver addresses",
    source=SPECIFICATIONS + "Consistency-TP/consistency05.md",
    levels={
        "ADDRESSES_MATCH": Level.INFO,
        "CHILD_NS_FAILED": Level.DEBUG,
        "CHILD_ZONE_LAME": Level.ERROR,
        "EXTRA_ADDRESS_CHILD": Level.NOTICE,
        "IN_BAILIWICK_ADDR_MISMATCH": Level.ERROR,
        "NO_RESPONSE": Level.DEBUG,
        "OUT_OF_BAILIWICK_ADDR_MISMATCH": Level.ERROR,
    },
    procedure=run,
)
