"""Zone07: the SOA MNAME is no alias and has an address."""

from __future__ import annotations

import asyncio

from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import A as A_TYPE
from dns.rdtypes.ANY.CNAME import CNAME

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.soa import NO_SOA_LEVELS, authoritative_soa, no_soa
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look up both address types of the MNAME."""
    soa = await authoritative_soa(zone)
    if soa is None:
        return no_soa()
    both = await asyncio.gather(*(zone.resolver.resolve(soa.mname, each) for each in (A_TYPE, AAAA_TYPE)))
    mname = short(soa.mname)
    tags: dict[str, None] = {}
    for found in both:
        if found.response is not None:
            is_alias = found.asked != soa.mname or bool(found.response.rdatas(CNAME, soa.mname))
            tags["MNAME_IS_CNAME" if is_alias else "MNAME_IS_NOT_CNAME"] = None
    if not any(found.addresses() for found in both):
        tags["MNAME_HAS_NO_ADDRESS"] = None
    return [message(tag, mname=mname) for tag in tags]


CASE = Case(
    id="zone07",
    title="The SOA MNAME is no alias and has an address",
    source=SPECIFICATIONS + "Zone-TP/zone07.md",
    levels={
        **NO_SOA_LEVELS,
        "MNAME_HAS_NO_ADDRESS": Level.WARNING,
        "MNAME_IS_CNAME": Level.NOTICE,
        "MNAME_IS_NOT_CNAME": Level.INFO,
    },
    procedure=run,
)
