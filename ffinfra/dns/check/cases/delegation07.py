"""Delegation07: delegation and zone name the same nameservers."""

from __future__ import annotations

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Compare the two sets of names."""
    parent = set(await zone.v1.delegated_names())
    child = set(await zone.v1.child_names())
    messages = []
    if parent - child:
        messages.append(message("EXTRA_NAME_PARENT", extra=listed(parent - child)))
    if child - parent:
        messages.append(message("EXTRA_NAME_CHILD", extra=listed(child - parent)))
    if parent == child:
        messages.append(message("NAMES_MATCH", names=listed(parent)))
    if not parent & child:
        messages.append(message("TOTAL_NAME_MISMATCH", glue=listed(parent), child=listed(child)))
    return messages


CASE = Case(
    id="delegation07",
    title="Delegation and zone name the same nameservers",
    source=SPECIFICATIONS + "Delegation-TP/delegation07.md",
    levels={
        "EXTRA_NAME_CHILD": Level.NOTICE,
        "EXTRA_NAME_PARENT": Level.ERROR,
        "NAMES_MATCH": Level.INFO,
        "TOTAL_NAME_MISMATCH": Level.ERROR,
    },
    procedure=run,
)
