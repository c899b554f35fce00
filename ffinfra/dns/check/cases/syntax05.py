"""Syntax05: the SOA RNAME holds no at sign."""

from __future__ import annotations

from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.hostnames import labels_of
from ffinfra.dns.check.naming import short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.soa import NO_SOA_LEVELS, no_soa
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at the RNAME in the first response."""
    response = await zone.v1.first_response(zone.name, SOA_TYPE)
    soas = response.rdatas(SOA, sections=ANSWER) if response is not None else []
    if not soas:
        return no_soa()
    rname = soas[0].rname
    misused = any(b"@" in label for label in labels_of(rname))
    return [message("RNAME_MISUSED_AT_SIGN" if misused else "RNAME_NO_AT_SIGN", rname=short(rname))]


CASE = Case(
    id="syntax05",
    title="The SOA RNAME holds no at sign",
    source=SPECIFICATIONS + "Syntax-TP/syntax05.md",
    levels={**NO_SOA_LEVELS, "RNAME_MISUSED_AT_SIGN": Level.WARNING, "RNAME_NO_AT_SIGN": Level.INFO},
    procedure=run,
)
