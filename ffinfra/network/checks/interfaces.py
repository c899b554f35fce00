"""Names and ports that must not meet on one machine, and resolvers that must resolve."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.mismatch import Mismatch, each, found, repeated
from ffinfra.network.checks.names import paths_of
from ffinfra.network.hosts import AnyHost, DedicatedHost
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network

_TAKEN_PREFIXES = ("fastd", "br-fastd", "lo", "eth", "en")
"""Interfaces that the rendered files make (ffinfra.hosts.fastd, ffinfra.hosts.mesh) or the machine brings."""

_HIGHEST_PORT = 65535


def mesh_interfaces(network: Network) -> Iterator[Mismatch]:
    """The mesh's bridge and its batman interface are two."""
    if network.mesh.batman_interface == network.mesh.bridge:
        yield Mismatch(
            ("mesh", "bridge"),
            f"{network.mesh.bridge} is the batman interface too",
            "Give each a name of its own",
        )


def tunnel_interfaces(network: Network) -> Iterator[Mismatch]:
    """No tunnel has the name of an interface that its supernode has anyway."""
    shared = [name for _, name in found(network, [("mesh", "batman_interface"), ("mesh", "bridge")])]
    for index, node in enumerate(network.supernodes):
        tunnels = range(len(getattr(node, "tunnels", ())))
        paths = [("supernodes", index, "tunnels", number, "interface") for number in tunnels]
        for path, interface in found(network, paths):
            if interface in shared or interface.startswith(_TAKEN_PREFIXES):
                machine = getattr(node, "name", "this supernode")
                yield Mismatch(
                    path,
                    f"{interface} is or may be the name of another interface of {machine}",
                    "Choose another name, such as bb1",
                )


def host_interfaces(network: Network) -> Iterator[Mismatch]:
    """No two interfaces of one dedicated host have one name."""

    def of_host(index: int, host: AnyHost) -> Iterator[Mismatch]:
        if isinstance(host, DedicatedHost):
            yield from _bridge(index, host)

    def of_guests(_index: int, host: AnyHost) -> Iterator[Mismatch]:
        if isinstance(host, DedicatedHost):
            yield from _guests(network, host.name)

    yield from each(network.hosts, of_host)
    yield from each(network.hosts, of_guests)


def _bridge(index: int, host: DedicatedHost) -> Iterator[Mismatch]:
    if host.network.bridge == host.network.interface:
        yield Mismatch(
            ("hosts", index, "network", "bridge"),
            f"{host.network.bridge} is the physical interface of {getattr(host, 'name', 'this host')}",
            "Give the bridge a name of its own, such as br0",
        )


def _guests(network: Network, host: str) -> Iterator[Mismatch]:
    names = [
        (path, guest_interface(name))
        for kind in ("supernodes", "nameservers")
        for path, name in found(network, paths_of(network, kind, "name"))
        if getattr(getattr(network, kind)[path[1]], "host", None) == host
    ]
    yield from repeated(
        names, lambda name, first: f"its interface {name} on {host} is already that of {first}"
    )


def guest_interface(name: str) -> str:
    """The host's end of a guest's network interface: at most 15 octets, so long names are shortened."""
    return f"vn-{name}"[:15].rstrip("-")


def ports(network: Network) -> Iterator[Mismatch]:
    """The instances of fastd have ports behind the public one."""

    def of_node(index: int, node: Supernode) -> Iterator[Mismatch]:
        last = node.fastd.port + _most_instances(node)
        if last > _HIGHEST_PORT:
            yield Mismatch(
                ("supernodes", index, "fastd", "port"),
                f"the instances of {node.name} would need ports up to {last}",
                f"Choose a port below {_HIGHEST_PORT + 1 - _most_instances(node)}",
            )

    yield from each(network.supernodes, of_node)


def _most_instances(node: Supernode) -> int:
    return node.fastd.instances or (node.size.cores if node.size else 32)


def resolvers(network: Network) -> Iterator[Mismatch]:
    """Our nameservers answer for our zones only: clients that ask them would resolve nothing else."""
    own = {
        address: getattr(network.nameservers[index], "name", "a nameserver of ours")
        for index in range(len(network.nameservers))
        for _, address in found(network, [("nameservers", index, family) for family in ("ipv4", "ipv6")])
    }
    for index, address in enumerate(network.mesh.resolvers):
        if address in own:
            yield Mismatch(
                ("mesh", "resolvers", index),
                f"{address} is {own[address]}, which does not recurse",
                "Name resolvers, such as the backbone operator's",
            )
