"""Zone02: the SOA refresh is not too short."""

from __future__ import annotations

from typing import Final

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.soa import NO_SOA_LEVELS, authoritative_soa, no_soa
from ffinfra.dns.check.zone import Zone

MINIMUM: Final = 14400
"""Seconds."""


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the refresh value with the minimum."""
    soa = await authoritative_soa(zone)
    if soa is None:
        return no_soa()
    tag = "REFRESH_MINIMUM_VALUE_LOWER" if soa.refresh < MINIMUM else "REFRESH_MINIMUM_VALUE_OK"
    return [message(tag, refresh=soa.refresh, required_refresh=MINIMUM)]


CASE = Case(
    id="zone02",
    title="The SOA refresh is long enough",
    source=SPECIFICATIONS + "Zone-TP/zone02.md",
    levels={
        **NO_SOA_LEVELS,
        "REFRESH_MINIMUM_VALUE_LOWER": Level.NOTICE,
        "REFRESH_MINIMUM_VALUE_OK": Level.INFO,
    },
    procedure=run,
)
