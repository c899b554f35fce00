"""Zone03: the SOA retry is shorter than the refresh."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.soa import NO_SOA_LEVELS, authoritative_soa, no_soa
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the two values."""
    soa = await authoritative_soa(zone)
    if soa is None:
        return no_soa()
    tag = "REFRESH_HIGHER_THAN_RETRY" if soa.refresh > soa.retry else "REFRESH_LOWER_THAN_RETRY"
    return [message(tag, retry=soa.retry, refresh=soa.refresh)]


CASE = Case(
    id="zone03",
    title="The SOA retry is shorter than the refresh",
    source=SPECIFICATIONS + "Zone-TP/zone03.md",
    levels={
        **NO_SOA_LEVELS,
        "REFRESH_HIGHER_THAN_RETRY": Level.INFO,
        "REFRESH_LOWER_THAN_RETRY": Level.INFO,
    },
    procedure=run,
)
