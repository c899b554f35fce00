"""Every address belongs to one machine, every client prefix to one supernode."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from itertools import combinations

from ffinfra.mismatch import Mismatch, found, repeated
from ffinfra.network.checks.names import paths_of
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.network import Network
from ffinfra.problems import KeyPath, path_text

Prefix = tuple[KeyPath, IPv4Network | IPv6Network]
"""A prefix and where it stands."""


def addresses(network: Network) -> Iterator[Mismatch]:
    """No two machines have one address."""
    values = ((path, _address(value)) for path, value in found(network, _address_paths(network)))
    yield from repeated(values, lambda address, first: f"{address} is already the address at {first}")


def _address(value: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return value.ip if isinstance(value, IPv4Interface | IPv6Interface) else value


def _address_paths(network: Network) -> Iterator[KeyPath]:
    for index, host in enumerate(getattr(network, "hosts", ())):
        if isinstance(host, DedicatedHost):
            yield ("hosts", index, "network", "ipv4")
            yield ("hosts", index, "network", "ipv6")
    for index, supernode in enumerate(getattr(network, "supernodes", ())):
        at: KeyPath = ("supernodes", index)
        yield (*at, "ipv4")
        yield (*at, "ipv6")
        yield (*at, "mesh", "ipv4")
        yield (*at, "mesh", "ipv6")
        yield (*at, "mesh", "nat_ipv4")
        for number in range(len(getattr(supernode, "tunnels", ()))):
            yield (*at, "tunnels", number, "ipv4")
            yield (*at, "tunnels", number, "ipv6")
    yield from paths_of(network, "nameservers", "ipv4")
    yield from paths_of(network, "nameservers", "ipv6")


def prefixes(network: Network) -> Iterator[Mismatch]:
    """Clients' prefixes do not overlap: two supernodes would route the same addresses."""
    pools = found(network, paths_of(network, "supernodes", "mesh", "ipv4"))
    yield from _overlapping([(path, pool.network) for path, pool in pools])
    yield from _overlapping(list(found(network, paths_of(network, "supernodes", "mesh", "exported_ipv6"))))


def _overlapping(prefixes: list[Prefix]) -> Iterator[Mismatch]:
    for (first_path, first), (second_path, second) in combinations(prefixes, 2):
        if first.overlaps(second):
            yield Mismatch(
                second_path,
                f"prefix {second} overlaps {first} at {path_text(first_path)}",
                "Give each supernode a prefix of its own",
            )
