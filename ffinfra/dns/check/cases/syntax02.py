"""Syntax02: no label of the zone's name starts or ends with a hyphen."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.hostnames import labels_of
from ffinfra.dns.check.naming import short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Look at the name; nothing is asked."""
    messages = []
    domain = short(zone.name)
    for label in labels_of(zone.name):
        text = label.decode("ascii", "replace")
        if label.startswith(b"-"):
            messages.append(message("INITIAL_HYPHEN", label=text, domain=domain))
        if label.endswith(b"-"):
            messages.append(message("TERMINAL_HYPHEN", label=text, domain=domain))
    return messages or [message("NO_ENDING_HYPHENS", domain=domain)]


CASE = Case(
    id="syntax02",
    title="No label of the zone's name starts or ends with a hyphen",
    source=SPECIFICATIONS + "Syntax-TP/syntax02.md",
    levels={
        "INITIAL_HYPHEN": Level.ERROR,
        "NO_ENDING_HYPHENS": Level.INFO,
        "TERMINAL_HYPHEN": Level.ERROR,
    },
    procedure=run,
)
