"""Delegation01: there are enough nameservers, by IPv4 and by IPv6, in the delegation and in the zone."""

from __future__ import annotations

from collections.abc import Sequence

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Argument, Level, Message, message
from ffinfra.dns.check.naming import Family, Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone

MINIMUM = 2


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Count names, and names with an address of each version."""
    sides = {
        "DEL": (await zone.v1.delegated_names(), await zone.v1.delegated_servers()),
        "CHILD": (await zone.v1.child_names(), await zone.v1.child_servers()),
    }
    messages = []
    for side, (names, servers) in sides.items():
        arguments: dict[str, Argument] = {"minimum": MINIMUM, "nsname_list": listed(names)}
        enough = "ENOUGH" if len(names) >= MINIMUM else "NOT_ENOUGH"
        messages.append(message(f"{enough}_NS_{side}", count=len(names), **arguments))
        messages += [_count_family(side, family, servers) for family in Family]
    return messages


def _count_family(side: str, family: Family, servers: Sequence[Nameserver]) -> Message:
    those = [server for server in servers if server.family is family]
    count = len({server.name for server in those})
    amount = "ENOUGH" if count >= MINIMUM else "NOT_ENOUGH" if count else "NO"
    tag = f"{amount}_{family.name}_NS_{side}"
    return message(tag, count=count, minimum=MINIMUM, ns_list=listed(those))


CASE = Case(
    id="delegation01",
    title="There are enough nameservers",
    source=SPECIFICATIONS + "Delegation-TP/delegation01.md",
    levels={
        "ENOUGH_IPV4_NS_CHILD": Level.INFO,
        "ENOUGH_IPV4_NS_DEL": Level.INFO,
        "ENOUGH_IPV6_NS_CHILD": Level.INFO,
        "ENOUGH_IPV6_NS_DEL": Level.INFO,
        "ENOUGH_NS_CHILD": Level.INFO,
        "ENOUGH_NS_DEL": Level.INFO,
        "NOT_ENOUGH_IPV4_NS_CHILD": Level.ERROR,
        "NOT_ENOUGH_IPV4_NS_DEL": Level.ERROR,
        "NOT_ENOUGH_IPV6_NS_CHILD": Level.ERROR,
        "NOT_ENOUGH_IPV6_NS_DEL": Level.ERROR,
        "NOT_ENOUGH_NS_CHILD": Level.ERROR,
        "NOT_ENOUGH_NS_DEL": Level.ERROR,
        "NO_IPV4_NS_CHILD": Level.WARNING,
        "NO_IPV4_NS_DEL": Level.WARNING,
        "NO_IPV6_NS_CHILD": Level.NOTICE,
        "NO_IPV6_NS_DEL": Level.NOTICE,
    },
    procedure=run,
)
