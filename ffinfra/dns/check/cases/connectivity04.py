"""Connectivity04: the nameservers lie in different announced prefixes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ffinfra.dns.check.asn import Announced, AsnResult, NotAnnounced, Prefix, SourceFailed
from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, Skipped, message
from ffinfra.dns.check.naming import Family, Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone

TAGS = {
    Family.IPV4: ("CN04_IPV4_SAME_PREFIX", "CN04_IPV4_DIFFERENT_PREFIX", "CN04_IPV4_SINGLE_PREFIX"),
    Family.IPV6: ("CN04_IPV6_SAME_PREFIX", "CN04_IPV6_DIFFERENT_PREFIX", "CN04_IPV6_SINGLE_PREFIX"),
}


async def run(zone: Zone, _network: Network) -> list[Message] | Skipped:
    """Look up the prefix of every address."""
    source = zone.asn_source
    if source is None:
        return Skipped("no table of announcements (ASN) was given")
    servers = {server.address: server for server in reversed(await zone.v2.all_servers())}
    found = await asyncio.gather(*(source.look_up(address, zone.resolver) for address in servers))
    results = dict(zip(servers.values(), found, strict=True))
    messages = [said for server, result in results.items() for said in _tell(server.address, result)]
    for family in Family:
        messages += _judge(family, {one: what for one, what in results.items() if one.family is family})
    return messages


def _tell(address: str, result: AsnResult) -> list[Message]:
    match result:
        case SourceFailed():
            return [message("CN04_ERROR_PREFIX_DATABASE", ns_ip=address)]
        case NotAnnounced():
            return [message("CN04_EMPTY_PREFIX_SET", ns_ip=address)]
        case Announced():
            return [
                message("CN04_ASN_INFOS_RAW", ns_ip=address, data=result.raw),
                message("CN04_ASN_INFOS_ANNOUNCE_IN", ns_ip=address, prefix=str(result.prefix)),
            ]


def _judge(family: Family, results: Mapping[Nameserver, AsnResult]) -> list[Message]:
    same, different, single = TAGS[family]
    members: dict[Prefix, list[Nameserver]] = {}
    for server, result in results.items():
        if isinstance(result, Announced):
            members.setdefault(result.prefix, []).append(server)
    shared = {prefix: those for prefix, those in members.items() if len(those) > 1}
    alone = [those[0] for those in members.values() if len(those) == 1]
    messages = [message(same, ip_prefix=str(one), ns_list=listed(those)) for one, those in shared.items()]
    if alone:
        messages.append(message(different, ns_list=listed(alone)))
    if [len(those) for those in members.values()] == [len(results)]:
        messages.append(message(single))
    return messages


CASE = Case(
    id="connectivity04",
    title="The nameservers lie in different announced prefixes",
    source=SPECIFICATIONS + "Connectivity-TP/connectivity04.md",
    levels={
        "CN04_ASN_INFOS_ANNOUNCE_IN": Level.DEBUG,
        "CN04_ASN_INFOS_RAW": Level.DEBUG,
        "CN04_EMPTY_PREFIX_SET": Level.NOTICE,
        "CN04_ERROR_PREFIX_DATABASE": Level.NOTICE,
        "CN04_IPV4_DIFFERENT_PREFIX": Level.INFO,
        "CN04_IPV4_SAME_PREFIX": Level.NOTICE,
        "CN04_IPV4_SINGLE_PREFIX": Level.WARNING,
        "CN04_IPV6_DIFFERENT_PREFIX": Level.INFO,
        "CN04_IPV6_SAME_PREFIX": Level.NOTICE,
        "CN04_IPV6_SINGLE_PREFIX": Level.WARNING,
    },
    procedure=run,
)
