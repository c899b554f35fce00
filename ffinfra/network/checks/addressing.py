"""Every address belongs to one machine, every client prefix to one supernode."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import combinations
from typing import TypeVar

from ffinfra.network.checks.mismatch import Mismatch, Path, repeated, shown_path
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.network import Network

Prefix = TypeVar("Prefix", IPv4Network, IPv6Network)


def addresses(network: Network) -> Iterator[Mismatch]:
    """No two machines have one address."""
    yield from repeated(
        _all_addresses(network), lambda address, first: f"{address} is already the address at {first}"
    )


def _all_addresses(network: Network) -> Iterator[tuple[Path, IPv4Address | IPv6Address]]:
    for index, host in enumerate(network.hosts):
        if isinstance(host, DedicatedHost):
            yield ("hosts", index, "network", "ipv4"), host.network.ipv4.ip
            yield ("hosts", index, "network", "ipv6"), host.network.ipv6.ip
    for index, supernode in enumerate(network.supernodes):
        at: Path = ("supernodes", index)
        yield (*at, "ipv4"), supernode.ipv4
        yield (*at, "ipv6"), supernode.ipv6
        yield (*at, "mesh", "ipv4"), supernode.mesh.ipv4.ip
        yield (*at, "mesh", "ipv6"), supernode.mesh.ipv6.ip
        yield (*at, "mesh", "nat_ipv4"), supernode.mesh.nat_ipv4
        for number, tunnel in enumerate(supernode.tunnels):
            yield (*at, "tunnels", number, "ipv4"), tunnel.ipv4.ip
            yield (*at, "tunnels", number, "ipv6"), tunnel.ipv6.ip
    for index, nameserver in enumerate(network.nameservers):
        if nameserver.ipv4 is not None:
            yield ("nameservers", index, "ipv4"), nameserver.ipv4
        if nameserver.ipv6 is not None:
            yield ("nameservers", index, "ipv6"), nameserver.ipv6


def prefixes(network: Network) -> Iterator[Mismatch]:
    """Clients' prefixes do not overlap: two supernodes would route the same addresses."""
    yield from _overlapping(
        [
            (("supernodes", index, "mesh", "ipv4"), node.mesh.ipv4.network)
            for index, node in enumerate(network.supernodes)
        ]
    )
    yield from _overlapping(
        [
            (("supernodes", index, "mesh", "exported_ipv6"), node.mesh.exported_ipv6)
            for index, node in enumerate(network.supernodes)
        ]
    )


def _overlapping(prefixes: list[tuple[Path, Prefix]]) -> Iterator[Mismatch]:
    for (first_path, first), (second_path, second) in combinations(prefixes, 2):
        if first.overlaps(second):
            yield Mismatch(
                second_path,
                f"prefix {second} overlaps {first} at {shown_path(first_path)}",
                "Give each supernode a prefix of its own",
            )
