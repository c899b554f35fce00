"""Syntax03: no label of the zone's name has hyphens in third and fourth place, A-labels apart."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.hostnames import has_discouraged_dashes, labels_of
from ffinfra.dns.check.naming import short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at the name; nothing is asked."""
    domain = short(zone.name)
    return [
        message("DISCOURAGED_DOUBLE_DASH", label=label.decode("ascii", "replace"), domain=domain)
        for label in labels_of(zone.name)
        if has_discouraged_dashes(label)
    ] or [message("NO_DOUBLE_DASH", domain=domain)]


CASE = Case(
    id="syntax03",
    title="No label of the zone's name has hyphens in third and fourth place",
    source=SPECIFICATIONS + "Syntax-TP/syntax03.md",
    levels={"DISCOURAGED_DOUBLE_DASH": Level.WARNING, "NO_DOUBLE_DASH": Level.INFO},
    procedure=run,
)
