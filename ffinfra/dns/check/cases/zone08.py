"""Zone08: no mail exchange is an alias."""

from __future__ import annotations

import asyncio

from dns.name import Name
from dns.rdatatype import CNAME as CNAME_TYPE
from dns.rdatatype import MX as MX_TYPE
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Ask the zone's servers for the MX, and for a CNAME at each exchange."""
    response = await zone.v1.first_authoritative(zone.name, MX_TYPE)
    if response is None:
        return [message("NO_RESPONSE_MX_QUERY")]
    exchanges = [rdata.exchange for rdata in response.rdatas(MX, zone.name)]
    checked = await asyncio.gather(*(_is_alias(zone, exchange) for exchange in exchanges))
    tags = {True: "MX_RECORD_IS_CNAME", False: "MX_RECORD_IS_NOT_CNAME"}
    return [message(tags[is_alias]) for is_alias in checked if is_alias is not None]


async def _is_alias(zone: Zone, exchange: Name) -> bool | None:
    """Whether the zone's servers hold a CNAME there; None when none of them answers authoritatively."""
    response = await zone.v1.first_authoritative(exchange, CNAME_TYPE)
    return None if response is None else bool(response.rdatas(CNAME, exchange))


CASE = Case(
    id="zone08",
    title="No mail exchange is an alias",
    source=SPECIFICATIONS + "Zone-TP/zone08.md",
    levels={
        "MX_RECORD_IS_CNAME": Level.ERROR,
        "MX_RECORD_IS_NOT_CNAME": Level.INFO,
        "NO_RESPONSE_MX_QUERY": Level.DEBUG,
    },
    procedure=run,
)
