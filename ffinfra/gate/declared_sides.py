"""What the declarations say of the own and of the fallback's nameservers, to tell which side a commit touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.network.network import Network

Facts = Mapping[str, str]
"""A nameserver or a zone's holder, as people know it -> everything of it that a change could break."""


def own_facts(network: Network, delegations: Delegations) -> Facts:
    """The own nameservers' machines and names, and who holds each zone at rest."""
    facts = {f"nameserver {server.name}": server.model_dump_json() for server in network.nameservers}
    facts |= {
        f"own nameserver {server.name}": server.model_dump_json() for server in delegations.nameservers.own
    }
    for zone in delegations.zones:
        facts[f"holder of {zone.zone}"] = zone.primary.model_dump_json()
        facts |= {f"secondary {one.name} of {zone.zone}": one.model_dump_json() for one in zone.secondaries}
    return facts


def fallback_facts(delegations: Delegations) -> Facts:
    """The fallback's nameservers, and who keeps each zone warm."""
    facts = {
        f"fallback nameserver {server.name}": server.model_dump_json()
        for server in delegations.nameservers.fallback
    }
    for zone in delegations.zones:
        facts[f"fallback of {zone.zone}"] = delegations.fallback_of(zone).model_dump_json()
    return facts


def touched(before: Facts, after: Facts) -> Iterator[str]:
    """What is there before and is other, or gone, after; what is new puts nothing at risk."""
    return (name for name, fact in before.items() if after.get(name) != fact)
