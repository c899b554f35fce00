"""Address01: nameserver addresses must be globally reachable."""

from __future__ import annotations

from typing import Final

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.special_addresses import Use, use_of
from ffinfra.dns.check.zone import Zone

TAGS: Final = {
    Use.GLOBAL: "A01_GLOBALLY_REACHABLE_ADDR",
    Use.DOCUMENTATION: "A01_DOCUMENTATION_ADDR",
    Use.LOCAL: "A01_LOCAL_USE_ADDR",
    Use.OTHER_SPECIAL: "A01_ADDR_NOT_GLOBALLY_REACHABLE",
}


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Sort the addresses by what they are for."""
    servers = await zone.v2.all_servers()
    if not servers:
        return [message("A01_NO_NAME_SERVERS_FOUND")]
    by_use: dict[Use, list[Nameserver]] = {}
    for server in servers:
        by_use.setdefault(use_of(server.address), []).append(server)
    messages = [message(TAGS[use], ns_list=listed(by_use[use])) for use in TAGS if use in by_use]
    if Use.GLOBAL not in by_use:
        messages.append(message("A01_NO_GLOBALLY_REACHABLE_ADDR"))
    return messages


CASE = Case(
    id="address01",
    title="Nameserver addresses are globally reachable",
    source=SPECIFICATIONS + "Address-TP/address01.md",
    levels={
        "A01_ADDR_NOT_GLOBALLY_REACHABLE": Level.ERROR,
        "A01_DOCUMENTATION_ADDR": Level.ERROR,
        "A01_GLOBALLY_REACHABLE_ADDR": Level.INFO,
        "A01_LOCAL_USE_ADDR": Level.ERROR,
        "A01_NO_GLOBALLY_REACHABLE_ADDR": Level.ERROR,
        "A01_NO_NAME_SERVERS_FOUND": Level.CRITICAL,
    },
    procedure=run,
)
