"""Zone04: the SOA retry is not too short."""

from __future__ import annotations

from typing import Final

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.soa import NO_SOA_LEVELS, authoritative_soa, no_soa
from ffinfra.dns.check.zone import Zone

MINIMUM: Final = 3600
"""Seconds."""


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the retry value with the minimum."""
    soa = await authoritative_soa(zone)
    if soa is None:
        return no_soa()
    tag = "RETRY_MINIMUM_VALUE_LOWER" if soa.retry < MINIMUM else "RETRY_MINIMUM_VALUE_OK"
    return [message(tag, retry=soa.retry, required_retry=MINIMUM)]


CASE = Case(
    id="zone04",
    title="The SOA retry is long enough",
    source=SPECIFICATIONS + "Zone-TP/zone04.md",
    levels={
        **NO_SOA_LEVELS,
        "RETRY_MINIMUM_VALUE_LOWER": Level.NOTICE,
        "RETRY_MINIMUM_VALUE_OK": Level.INFO,
    },
    procedure=run,
)
