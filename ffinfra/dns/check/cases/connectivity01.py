"""Connectivity01: the nameservers answer over UDP."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.connectivity import check_connectivity, connectivity_levels
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Family, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.zone import Zone

DISABLED = {Family.IPV4: "CN01_IPV4_DISABLED", Family.IPV6: "CN01_IPV6_DISABLED"}


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for SOA and NS over UDP."""
    servers = await zone.v1.all_servers()
    left_out = {
        family: [server for server in servers if server.family is family]
        for family in Family
        if family not in network.families
    }
    said = [message(DISABLED[family], ns_list=listed(some)) for family, some in left_out.items() if some]
    return said + await check_connectivity(zone, network, Protocol.UDP, "CN01")


CASE = Case(
    id="connectivity01",
    title="The nameservers answer over UDP",
    source=SPECIFICATIONS + "Connectivity-TP/connectivity01.md",
    levels={
        **connectivity_levels(Protocol.UDP, "CN01"),
        "CN01_IPV4_DISABLED": Level.NOTICE,
        "CN01_IPV6_DISABLED": Level.NOTICE,
    },
    procedure=run,
)
