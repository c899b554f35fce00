"""What must fit together between declarations that are each valid alone."""

from __future__ import annotations

from ffinfra.network.checks import addressing, capacity, interfaces, references, roles
from ffinfra.network.checks.mismatch import Mismatch, Unread
from ffinfra.network.network import Network

_CHECKS = (
    references.names,
    capacity.sizes,
    capacity.capacity,
    addressing.addresses,
    addressing.prefixes,
    interfaces.interfaces,
    interfaces.ports,
    interfaces.resolvers,
    roles.identities,
    roles.supernodes,
)


def mismatches(network: Network, unread: Unread | None = None) -> tuple[Mismatch, ...]:
    """Everything that does not fit, in the order of the checks.

    Args:
        network: the model, or what of it could be read.
        unread: the names of declarations with mistakes of their own, which the model lacks; nothing is said
            to be missing on their account.
    """
    left_out = unread or Unread()
    found = [mismatch for check in _CHECKS for mismatch in check(network)]
    found += references.references(network, left_out)
    if not left_out.nameservers:
        found += roles.primaries(network)
    return tuple(found)
