"""What must fit together between declarations that are each valid alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ffinfra.mismatch import Mismatch
from ffinfra.network.checks import addressing, capacity, interfaces, names, offers, roles
from ffinfra.network.network import Network

CHECKS: tuple[Callable[[Network], Iterable[Mismatch]], ...] = (
    names.machines,
    names.hosters,
    names.administrators,
    names.references,
    offers.offers,
    capacity.sizes,
    capacity.capacity,
    addressing.addresses,
    addressing.prefixes,
    interfaces.mesh_interfaces,
    interfaces.tunnel_interfaces,
    interfaces.host_interfaces,
    interfaces.ports,
    interfaces.resolvers,
    roles.identities,
    roles.reachable,
    roles.primaries,
    roles.supernode_kernels,
    roles.segments,
    roles.tunnels,
)
"""All checks; each tells what does not fit, in the order of the declarations."""
