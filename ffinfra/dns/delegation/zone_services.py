"""Who serves each zone, as alternatives for the calculation of survival.

A zone at rest is answered by its holder's nameservers and friends' secondaries. What keeps it warm answers only after
a switch, which needs the parent's credential: that is a service of its own, because somebody has to act for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.parents import (
    CloudflareParent,
    HetznerParent,
    ManualParent,
    Parent,
    UpdatedParent,
)
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.delegation.sides import (
    CloudflareSide,
    FriendSide,
    HetznerSecondarySide,
    HetznerSide,
    OwnSide,
    Side,
)
from ffinfra.network.credentials import TokenVariable
from ffinfra.network.failure_domains import DomainKind, FailureDomain
from ffinfra.network.network import Network
from ffinfra.network.survival import Alternative, Service, needs_of


@dataclass(frozen=True, slots=True)
class ZoneServices:
    """A zone's answer.

    Attributes:
        at_rest: without anybody's doing.
        after_switch: at its fallback, once somebody has changed the parent.
    """

    at_rest: Service
    after_switch: Service

    @property
    def until_switched(self) -> tuple[FailureDomain, ...]:
        """Providers that hold the zone alone, by choice, and of which the fallback is independent."""
        return tuple(
            domain
            for domain in self.at_rest.single_points
            if domain.kind is DomainKind.DNS_PROVIDER and self.after_switch.left({domain})
        )

    @property
    def for_good(self) -> tuple[FailureDomain, ...]:
        """What else it hangs on alone."""
        return tuple(domain for domain in self.at_rest.single_points if domain not in self.until_switched)


def zone_services(network: Network, delegations: Delegations) -> tuple[ZoneServices, ...]:
    """The services of every zone."""
    return tuple(
        ZoneServices(_at_rest(network, delegations, zone), _switched(delegations, zone))
        for zone in delegations.zones
    )


def _at_rest(network: Network, delegations: Delegations, zone: DelegatedZone) -> Service:
    """The zone without anybody's doing."""
    match zone.primary:
        case OwnSide():
            servers = zone.primary.nameservers or delegations.nameservers.own
            holders = tuple(_own(network, server) for server in servers)
        case HetznerSide() | CloudflareSide():
            holders = (_provider(zone.primary),)
        case _:
            assert_never(zone.primary)
    friends = (Alternative(one.name, frozenset({_stranger(one.name)})) for one in zone.secondaries)
    return Service(f"zone {zone.zone}", (*holders, *friends))


def _switched(delegations: Delegations, zone: DelegatedZone) -> Service:
    """The zone at its fallback, once somebody has changed the parent."""
    fallback = _provider(delegations.fallback_of(zone))
    needs = fallback.needs | set(_to_change(delegations.parent))
    return Service(f"zone {zone.zone} after a switch", (Alternative(fallback.name, frozenset(needs)),))


def _own(network: Network, server: NameserverAddress) -> Alternative:
    """A nameserver with the places of its machine; one that no machine carries is somebody else's."""
    for machine in network.nameservers:
        if machine.fqdn == server.name:
            return Alternative(machine.name, needs_of(network, machine))
    return Alternative(server.name, frozenset({_stranger(server.name)}))


def _provider(side: Side) -> Alternative:
    match side:
        case HetznerSide() | HetznerSecondarySide():
            name = "hetzner"
        case CloudflareSide():
            name = "cloudflare"
        case FriendSide():
            name = side.name
        case OwnSide():
            name = "own"
        case _:
            assert_never(side)
    return Alternative(f"DNS of {name}", frozenset({_stranger(name)}))


def _stranger(name: str) -> FailureDomain:
    return FailureDomain(DomainKind.DNS_PROVIDER, name)


def _to_change(parent: Parent) -> Iterator[FailureDomain]:
    """What must be in hand to change the parent; its own provider carries every name and is left out."""
    match parent:
        case CloudflareParent():
            yield FailureDomain(DomainKind.CREDENTIAL, TokenVariable.CLOUDFLARE.value)
        case HetznerParent():
            yield FailureDomain(DomainKind.CREDENTIAL, TokenVariable.HETZNER.value)
        case UpdatedParent():
            yield FailureDomain(DomainKind.CREDENTIAL, f"TSIG key {parent.key}")
        case ManualParent():
            yield FailureDomain(DomainKind.CREDENTIAL, f"registrar of {parent.zone}")
        case _:
            assert_never(parent)
