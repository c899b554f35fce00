"""Connectivity02: the nameservers answer over TCP."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.connectivity import check_connectivity, connectivity_levels
from ffinfra.dns.check.findings import Message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for SOA and NS over TCP."""
    return await check_connectivity(zone, network, Protocol.TCP, "CN02")


CASE = Case(
    id="connectivity02",
    title="The nameservers answer over TCP",
    source=SPECIFICATIONS + "Connectivity-TP/connectivity02.md",
    levels=connectivity_levels(Protocol.TCP, "CN02"),
    procedure=run,
)
