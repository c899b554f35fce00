"""Syntax07: the SOA MNAME is a host name."""

from __future__ import annotations

from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message
from ffinfra.dns.check.hostnames import check_host_name
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.soa import NO_SOA_LEVELS, no_soa
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at the MNAME in the first response."""
    response = await zone.v1.first_response(zone.name, SOA_TYPE)
    soas = response.rdatas(SOA, sections=ANSWER) if response is not None else []
    return check_host_name("MNAME", soas[0].mname) if soas else no_soa()


CASE = Case(
    id="syntax07",
    title="The SOA MNAME is a host name",
    source=SPECIFICATIONS + "Syntax-TP/syntax07.md",
    levels={
        **NO_SOA_LEVELS,
        "MNAME_DISCOURAGED_DOUBLE_DASH": Level.WARNING,
        "MNAME_NON_ALLOWED_CHARS": Level.WARNING,
        "MNAME_NUMERIC_TLD": Level.WARNING,
        "MNAME_SYNTAX_OK": Level.INFO,
    },
    procedure=run,
)
