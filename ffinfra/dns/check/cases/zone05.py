"""Zone05: the SOA expire is not too short and not shorter than the refresh."""

from __future__ import annotations

from typing import Final

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.soa import NO_SOA_LEVELS, authoritative_soa, no_soa
from ffinfra.dns.check.zone import Zone

MINIMUM: Final = 604800
"""Seconds: seven days."""


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the expire value with the minimum and with the refresh."""
    soa = await authoritative_soa(zone)
    if soa is None:
        return no_soa()
    messages = []
    if soa.expire < MINIMUM:
        messages.append(message("EXPIRE_MINIMUM_VALUE_LOWER", expire=soa.expire, required_expire=MINIMUM))
    if soa.expire < soa.refresh:
        messages.append(message("EXPIRE_LOWER_THAN_REFRESH", expire=soa.expire, refresh=soa.refresh))
    values = {"expire": soa.expire, "refresh": soa.refresh, "required_expire": MINIMUM}
    return messages or [message("EXPIRE_MINIMUM_VALUE_OK", **values)]


CASE = Case(
    id="zone05",
    title="The SOA expire is long enough",
    source=SPECIFICATIONS + "Zone-TP/zone05.md",
    levels={
        **NO_SOA_LEVELS,
        "EXPIRE_LOWER_THAN_REFRESH": Level.WARNING,
        "EXPIRE_MINIMUM_VALUE_LOWER": Level.WARNING,
        "EXPIRE_MINIMUM_VALUE_OK": Level.INFO,
    },
    procedure=run,
)
