"""Syntax08: the mail exchanges are host names."""

from __future__ import annotations

from dns.rdatatype import MX as MX_TYPE
from dns.rdtypes.ANY.MX import MX

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.hostnames import check_host_name
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at the exchanges in the first response."""
    response = await zone.v1.first_response(zone.name, MX_TYPE)
    if response is None:
        return [message("NO_RESPONSE_MX_QUERY")]
    exchanges = sorted({one.exchange for one in response.rdatas(MX, sections=ANSWER)})
    return [said for name in exchanges for said in check_host_name("MX", name)]


CASE = Case(
    id="syntax08",
    title="The mail exchanges are host names",
    source=SPECIFICATIONS + "Syntax-TP/syntax08.md",
    levels={
        "MX_DISCOURAGED_DOUBLE_DASH": Level.WARNING,
        "MX_NON_ALLOWED_CHARS": Level.WARNING,
        "MX_NUMERIC_TLD": Level.WARNING,
        "MX_SYNTAX_OK": Level.INFO,
        "NO_RESPONSE_MX_QUERY": Level.DEBUG,
    },
    procedure=run,
)
