"""Nameserver06: every nameserver name has an address."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the names with those that have an address."""
    resolved = {server.name for server in await zone.v1.all_servers()}
    unresolved = set(await zone.v1.all_names()) - resolved
    if not resolved:
        return [message("NO_RESOLUTION", names=listed(unresolved))]
    if unresolved:
        return [message("CAN_NOT_BE_RESOLVED", nsname_list=listed(unresolved))]
    return [message("CAN_BE_RESOLVED")]


CASE = Case(
    id="nameserver06",
    title="Every nameserver name has an address",
    source=SPECIFICATIONS + "Nameserver-TP/nameserver06.md",
    levels={
        "CAN_BE_RESOLVED": Level.INFO,
        "CAN_NOT_BE_RESOLVED": Level.ERROR,
        "NO_RESOLUTION": Level.ERROR,
    },
    procedure=run,
)
