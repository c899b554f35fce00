"""Connectivity03: the nameservers lie in different autonomous systems."""

from __future__ import annotations

import asyncio

from ffinfra.dns.check.asn import Announced, AsnResult, NotAnnounced, SourceFailed
from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, Skipped, message
from ffinfra.dns.check.naming import Family
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone

TAGS = {
    Family.IPV4: ("IPV4_ONE_ASN", "IPV4_SAME_ASN", "IPV4_DIFFERENT_ASN"),
    Family.IPV6: ("IPV6_ONE_ASN", "IPV6_SAME_ASN", "IPV6_DIFFERENT_ASN"),
}


async def run(zone: Zone, _network: Network) -> list[Message] | Skipped:
    """Look up the announcements of every address."""
    source = zone.asn_source
    if source is None:
        return Skipped("no table of announcements (ASN) was given")
    families = {server.address: server.family for server in await zone.v1.all_servers()}
    found = await asyncio.gather(*(source.look_up(address, zone.resolver) for address in families))
    results = dict(zip(families, found, strict=True))
    messages = [said for address, result in results.items() for said in _tell(address, result)]
    for family in Family:
        announced = [
            result.asns
            for address, result in results.items()
            if families[address] is family and isinstance(result, Announced)
        ]
        messages += _judge(family, announced)
    return messages


def _tell(address: str, result: AsnResult) -> list[Message]:
    match result:
        case SourceFailed():
            return [message("ERROR_ASN_DATABASE", ns_ip=address)]
        case NotAnnounced():
            return [message("EMPTY_ASN_SET", ns_ip=address)]
        case Announced():
            return [
                message("ASN_INFOS_RAW", ns_ip=address, data=result.raw),
                message("ASN_INFOS_ANNOUNCE_BY", ns_ip=address, asn=_numbers(result.asns)),
                message("ASN_INFOS_ANNOUNCE_IN", ns_ip=address, prefix=str(result.prefix)),
            ]


def _judge(family: Family, announced: list[tuple[int, ...]]) -> list[Message]:
    one, same, different = TAGS[family]
    asns = sorted({asn for each in announced for asn in each})
    if not asns:
        return []
    if len(asns) == 1:
        return [message(one, asn=asns[0])]
    tag = same if len(set(announced)) == 1 else different
    return [message(tag, asn_list=_numbers(tuple(asns)))]


def _numbers(asns: tuple[int, ...]) -> str:
    return ",".join(str(asn) for asn in asns)


CASE = Case(
    id="connectivity03",
    title="The nameservers lie in different autonomous systems",
    source=SPECIFICATIONS + "Connectivity-TP/connectivity03.md",
    levels={
        "ASN_INFOS_ANNOUNCE_BY": Level.DEBUG,
        "ASN_INFOS_ANNOUNCE_IN": Level.DEBUG,
        "ASN_INFOS_RAW": Level.DEBUG,
        "EMPTY_ASN_SET": Level.NOTICE,
        "ERROR_ASN_DATABASE": Level.NOTICE,
        "IPV4_DIFFERENT_ASN": Level.INFO,
        "IPV4_ONE_ASN": Level.WARNING,
        "IPV4_SAME_ASN": Level.NOTICE,
        "IPV6_DIFFERENT_ASN": Level.INFO,
        "IPV6_ONE_ASN": Level.WARNING,
        "IPV6_SAME_ASN": Level.NOTICE,
    },
    procedure=run,
)
