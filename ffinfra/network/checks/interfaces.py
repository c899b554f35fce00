"""Names and ports that must not meet on one machine, and resolvers that must resolve."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.network.checks.mismatch import Mismatch, repeated
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network

_TAKEN_PREFIXES = ("fastd", "br-fastd", "lo", "eth", "en")
"""Interfaces that the rendered files make (ffinfra.hosts.fastd, ffinfra.hosts.mesh) or the machine brings."""

_HIGHEST_PORT = 65535


def interfaces(network: Network) -> Iterator[Mismatch]:
    """No two interfaces of one machine have one name."""
    shared = _mesh_interfaces(network)
    if len(set(shared)) < len(shared):
        yield Mismatch(
            ("mesh", "bridge"), f"{shared[1]} is the batman interface too", "Give each a name of its own"
        )
    for index, node in enumerate(network.supernodes):
        for number, tunnel in enumerate(node.tunnels):
            if tunnel.interface in shared or tunnel.interface.startswith(_TAKEN_PREFIXES):
                yield Mismatch(
                    ("supernodes", index, "tunnels", number, "interface"),
                    f"{tunnel.interface} is or may be the name of another interface of {node.name}",
                    "Choose another name, such as bb1",
                )
    for index, host in enumerate(network.hosts):
        if isinstance(host, DedicatedHost):
            yield from _host_interfaces(network, index, host)


def _mesh_interfaces(network: Network) -> tuple[str, ...]:
    """The shared interfaces of every supernode; none where the mesh could not be read."""
    if "mesh" not in network.model_fields_set:
        return ()
    return network.mesh.batman_interface, network.mesh.bridge


def _host_interfaces(network: Network, index: int, host: DedicatedHost) -> Iterator[Mismatch]:
    if host.network.bridge == host.network.interface:
        yield Mismatch(
            ("hosts", index, "network", "bridge"),
            f"{host.network.bridge} is the physical interface of {host.name}",
            "Give the bridge a name of its own, such as br0",
        )
    names = (
        ((kind, number, "name"), guest_interface(guest.name))
        for kind in ("supernodes", "nameservers")
        for number, guest in enumerate(getattr(network, kind))
        if guest.host == host.name
    )
    yield from repeated(
        names, lambda name, first: f"its interface {name} on {host.name} is already that of {first}"
    )


def guest_interface(name: str) -> str:
    """The host's end of a guest's network interface: at most 15 octets, so long names are shortened."""
    return f"vn-{name}"[:15].rstrip("-")


def ports(network: Network) -> Iterator[Mismatch]:
    """The instances of fastd have ports behind the public one."""
    for index, node in enumerate(network.supernodes):
        last = node.fastd.port + _most_instances(node)
        if last > _HIGHEST_PORT:
            yield Mismatch(
                ("supernodes", index, "fastd", "port"),
                f"the instances of {node.name} would need ports up to {last}",
                f"Choose a port below {_HIGHEST_PORT + 1 - _most_instances(node)}",
            )


def _most_instances(node: Supernode) -> int:
    return node.fastd.instances or (node.size.cores if node.size else 32)


def resolvers(network: Network) -> Iterator[Mismatch]:
    """Our nameservers answer for our zones only: clients that ask them would resolve nothing else."""
    if "mesh" not in network.model_fields_set:
        return
    own = {
        address: server.name
        for server in network.nameservers
        for address in (server.ipv4, server.ipv6)
        if address
    }
    for index, address in enumerate(network.mesh.resolvers):
        if address in own:
            yield Mismatch(
                ("mesh", "resolvers", index),
                f"{address} is {own[address]}, which does not recurse",
                "Name resolvers, such as the backbone operator's",
            )
