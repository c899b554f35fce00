"""Zone06: the SOA minimum, the TTL of negative answers, lies in bounds."""

from __future__ import annotations

from typing import Final

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.soa import NO_SOA_LEVELS, authoritative_soa, no_soa
from ffinfra.dns.check.zone import Zone

LOWEST: Final = 300
HIGHEST: Final = 86400
"""Seconds, like the lowest."""


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the minimum value with the bounds."""
    soa = await authoritative_soa(zone)
    if soa is None:
        return no_soa()
    minimum = soa.minimum
    if minimum > HIGHEST:
        return [message("SOA_DEFAULT_TTL_MAXIMUM_VALUE_HIGHER", minimum=minimum, highest_minimum=HIGHEST)]
    if minimum < LOWEST:
        return [message("SOA_DEFAULT_TTL_MAXIMUM_VALUE_LOWER", minimum=minimum, lowest_minimum=LOWEST)]
    bounds = {"highest_minimum": HIGHEST, "lowest_minimum": LOWEST}
    return [message("SOA_DEFAULT_TTL_MAXIMUM_VALUE_OK", minimum=minimum, **bounds)]


CASE = Case(
    id="zone06",
    title="The TTL of negative answers lies in bounds",
    source=SPECIFICATIONS + "Zone-TP/zone06.md",
    levels={
        **NO_SOA_LEVELS,
        "SOA_DEFAULT_TTL_MAXIMUM_VALUE_HIGHER": Level.NOTICE,
        "SOA_DEFAULT_TTL_MAXIMUM_VALUE_LOWER": Level.NOTICE,
        "SOA_DEFAULT_TTL_MAXIMUM_VALUE_OK": Level.INFO,
    },
    procedure=run,
)
