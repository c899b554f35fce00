"""What survives the loss of something: the minimal cut sets of each service over failure domains.

A service has alternatives, such as the supernodes of the mesh entry, and each alternative needs all of its
failure domains. A cut set is a set of domains whose loss leaves no alternative; it is minimal when every part
of it is needed (fault tree analysis, NUREG-0492 chapter VII). The parent zone's provider carries every name and
is left out: no declaration of ours could double it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from ffinfra.network.failure_domains import DomainKind, FailureDomain, failure_domains
from ffinfra.network.machines import Guest, Supernode
from ffinfra.network.network import Network

CutSet = tuple[FailureDomain, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to get a service, and everything that it needs."""

    name: str
    needs: frozenset[FailureDomain]


@dataclass(frozen=True, slots=True)
class Service:
    """Something that people rely on; one alternative is enough."""

    name: str
    alternatives: tuple[Alternative, ...]

    def left(self, lost: Collection[FailureDomain]) -> tuple[Alternative, ...]:
        """The alternatives that need none of what is lost."""
        return tuple(one for one in self.alternatives if one.needs.isdisjoint(lost))

    def cut_sets(self) -> tuple[CutSet, ...]:
        """The minimal cut sets of size 1 and 2, in order; the empty set alone if there is no alternative."""
        if not self.alternatives:
            return ((),)
        single = self.single_points
        others = frozenset().union(*(one.needs for one in self.alternatives)).difference(single)
        double = (pair for pair in combinations(sorted(others), 2) if not self.left(pair))
        return (*((domain,) for domain in single), *double)

    @property
    def single_points(self) -> tuple[FailureDomain, ...]:
        """The domains whose loss alone ends it, which are those that every alternative needs; in order."""
        needs = [one.needs for one in self.alternatives]
        return tuple(sorted(frozenset.intersection(*needs))) if needs else ()


def services(network: Network) -> tuple[Service, ...]:
    """The services of a network, but the zones' (``ffinfra.dns.delegation.zone_services``)."""
    return (
        Service(
            "mesh entry",
            tuple(Alternative(node.name, needs_of(network, node)) for node in network.supernodes),
        ),
        Service("backbone exit", tuple(_exits(network))),
        Service("management access", tuple(_managers(network))),
    )


def all_domains(of: Iterable[Service]) -> tuple[FailureDomain, ...]:
    """Everything that ``--lose`` may name, sorted."""
    return tuple(sorted({domain for one in of for way in one.alternatives for domain in way.needs}))


def named_domains(of: Iterable[Service], name: str) -> tuple[FailureDomain, ...]:
    """The domains that a name means: all of that name, or the one of kind and name; none if it is not known."""
    return tuple(domain for domain in all_domains(of) if name in (domain.name, str(domain)))


def supernodes_left(network: Network, lost: Collection[FailureDomain]) -> tuple[Supernode, ...]:
    """The supernodes that need none of what is lost."""
    return tuple(node for node in network.supernodes if needs_of(network, node).isdisjoint(lost))


def too_few_supernodes_without(network: Network) -> tuple[FailureDomain, ...]:
    """Single domains whose loss leaves fewer supernodes than the mesh needs."""
    needs = [needs_of(network, node) for node in network.supernodes]
    return tuple(
        domain
        for domain in all_domains(services(network))
        if sum(domain not in one for one in needs) < network.mesh.minimum_supernodes
    )


def needs_of(network: Network, guest: Guest) -> frozenset[FailureDomain]:
    """The places of a machine, the machine itself, and the kernel that it shares with others."""
    kernel = network.kernel_of(guest)
    build = f"{network.host(guest.host).debian.value}/{kernel.source.value}/{kernel.version or 'newest'}"
    return failure_domains(network, guest) | {
        FailureDomain(DomainKind.MACHINE, guest.name),
        FailureDomain(DomainKind.KERNEL, build),
    }


def _exits(network: Network) -> Iterator[Alternative]:
    for node in network.supernodes:
        for tunnel in node.tunnels:
            router = FailureDomain(DomainKind.BACKBONE_ROUTER, str(tunnel.remote))
            yield Alternative(f"{node.name} {tunnel.interface}", needs_of(network, node) | {router})


def _managers(network: Network) -> Iterator[Alternative]:
    for person in network.administrators:
        for prefix in network.management_prefixes:
            yield Alternative(
                f"{person.name} from {prefix}",
                frozenset(
                    {
                        FailureDomain(DomainKind.ADMINISTRATOR, person.name),
                        FailureDomain(DomainKind.MANAGEMENT_PREFIX, str(prefix)),
                    }
                ),
            )
