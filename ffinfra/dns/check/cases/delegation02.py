"""Delegation02: no two nameserver names have the same address."""

from __future__ import annotations

from collections.abc import Iterable

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look for shared addresses in the delegation, in the zone and in both together."""
    return [
        *_shared(await zone.v1.delegated_servers(), "DEL_NS_SAME_IP", "DEL_DISTINCT_NS_IP"),
        *_shared(await zone.v1.child_servers(), "CHILD_NS_SAME_IP", "CHILD_DISTINCT_NS_IP"),
        *_shared(await zone.v1.all_servers(), "SAME_IP_ADDRESS", "DISTINCT_IP_ADDRESS"),
    ]


def _shared(servers: Iterable[Nameserver], same: str, distinct: str) -> list[Message]:
    by_address: dict[str, list[Nameserver]] = {}
    for server in servers:
        by_address.setdefault(server.address, []).append(server)
    if not by_address:
        return []
    return [
        message(same, nsname_list=listed(server.name for server in those), ns_ip=address)
        for address, those in by_address.items()
        if len(those) > 1
    ] or [message(distinct)]


CASE = Case(
    id="delegation02",
    title="The nameservers have distinct addresses",
    source=SPECIFICATIONS + "Delegation-TP/delegation02.md",
    levels={
        "CHILD_DISTINCT_NS_IP": Level.INFO,
        "CHILD_NS_SAME_IP": Level.ERROR,
        "DEL_DISTINCT_NS_IP": Level.INFO,
        "DEL_NS_SAME_IP": Level.ERROR,
        "DISTINCT_IP_ADDRESS": Level.INFO,
        "SAME_IP_ADDRESS": Level.ERROR,
    },
    procedure=run,
)
