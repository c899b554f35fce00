"""Syntax04: the nameserver names are host names."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message
from ffinfra.dns.check.hostnames import check_host_name
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at every name in the delegation and in the zone."""
    return [said for name in await zone.v1.all_names() for said in check_host_name("NAMESERVER", name)]


CASE = Case(
    id="syntax04",
    title="The nameserver names are host names",
    source=SPECIFICATIONS + "Syntax-TP/syntax04.md",
    levels={
        "NAMESERVER_DISCOURAGED_DOUBLE_DASH": Level.WARNING,
        "NAMESERVER_NON_ALLOWED_CHARS": Level.ERROR,
        "NAMESERVER_NUMERIC_TLD": Level.ERROR,
        "NAMESERVER_SYNTAX_OK": Level.INFO,
    },
    procedure=run,
)
