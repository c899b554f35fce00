"""Syntax01: the zone's name holds letters, digits and hyphens only."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.hostnames import has_only_allowed_octets
from ffinfra.dns.check.naming import short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at the name; nothing is asked."""
    tag = "ONLY_ALLOWED_CHARS" if has_only_allowed_octets(zone.name) else "NON_ALLOWED_CHARS"
    return [message(tag, domain=short(zone.name))]


CASE = Case(
    id="syntax01",
    title="The zone's name holds letters, digits and hyphens only",
    source=SPECIFICATIONS + "Syntax-TP/syntax01.md",
    levels={"NON_ALLOWED_CHARS": Level.ERROR, "ONLY_ALLOWED_CHARS": Level.INFO},
    procedure=run,
)
