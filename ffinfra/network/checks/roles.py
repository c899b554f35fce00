"""What supernodes and nameservers need to do their work."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.mismatch import Mismatch, each, found, repeated
from ffinfra.network.checks.capacity import hosts_by_name
from ffinfra.network.checks.names import paths_of
from ffinfra.network.kernel import KernelPackage
from ffinfra.network.machines import Nameserver, NameserverRole, Supernode, Tunnel
from ffinfra.network.network import Network
from ffinfra.problems import KeyPath


def identities(network: Network) -> Iterator[Mismatch]:
    """Fastd keys, MAC addresses and nameserver names are unique."""
    keys = found(network, paths_of(network, "supernodes", "fastd", "public_key"))
    yield from repeated(keys, lambda _key, first: f"this fastd key stands already at {first}")
    hardware = (
        ((*path[:2], "mac"), mac)
        for kind in ("supernodes", "nameservers")
        for path, mac in found(network, paths_of(network, kind, "hardware_address"))
    )
    yield from repeated(hardware, lambda mac, first: f"{mac} is already the MAC address at {first}")
    names = found(network, paths_of(network, "nameservers", "fqdn"))
    yield from repeated(names, lambda name, first: f"{name} stands already at {first}")


def reachable(network: Network) -> Iterator[Mismatch]:
    """Each nameserver has an address."""

    def of_server(index: int, server: Nameserver) -> Iterator[Mismatch]:
        if server.ipv4 is None and server.ipv6 is None:
            name = getattr(server, "name", "this nameserver")
            yield Mismatch(("nameservers", index), f"{name} has no address", "Give ipv4, ipv6 or both")

    yield from each(network.nameservers, of_server)


def primaries(network: Network) -> Iterator[Mismatch]:
    """Exactly one nameserver is the primary."""
    primary = [server.name for server in network.nameservers if server.role is NameserverRole.PRIMARY]
    if len(primary) != 1:
        yield Mismatch(
            ("nameservers",),
            f"{len(primary)} primaries ({', '.join(primary) or 'none'})",
            "Exactly one nameserver has the role primary; the others transfer from it",
        )


def supernode_kernels(network: Network) -> Iterator[Mismatch]:
    """Supernodes boot a kernel with batman-adv."""
    hosts = hosts_by_name(network)

    def of_node(index: int, node: Supernode) -> Iterator[Mismatch]:
        host = hosts.get(node.host)
        kernel = node.kernel or (host.kernel if host else None)
        if kernel is not None and kernel.package is KernelPackage.CLOUD:
            yield Mismatch(
                ("supernodes", index),
                f"{node.name} would boot {KernelPackage.CLOUD}, which lacks batman-adv",
                f"Set kernel.package to {KernelPackage.STANDARD} for it or its host",
            )

    yield from each(network.supernodes, of_node)


def segments(network: Network) -> Iterator[Mismatch]:
    """DHCP pool and exported prefix of each supernode hold its own addresses."""
    yield from each(network.supernodes, _pool)
    yield from each(network.supernodes, _exported)


def _pool(index: int, node: Supernode) -> Iterator[Mismatch]:
    own, pool = node.mesh.ipv4.ip, node.mesh.ipv4.network
    first, last = node.mesh.dhcp_first, node.mesh.dhcp_last
    if first not in pool or last not in pool or first > last or first <= own <= last:
        yield Mismatch(
            ("supernodes", index, "mesh", "dhcp_first"),
            f"the DHCP pool {first} to {last} does not lie in {pool} beside {own}",
            "Choose first and last inside the prefix, in order, without the supernode's own address",
        )


def _exported(index: int, node: Supernode) -> Iterator[Mismatch]:
    if node.mesh.ipv6.ip not in node.mesh.exported_ipv6:
        yield Mismatch(
            ("supernodes", index, "mesh", "ipv6"),
            f"{node.mesh.ipv6} does not lie in the exported prefix {node.mesh.exported_ipv6}",
            "Clients could send but never be answered; choose an address inside it",
        )


def tunnels(network: Network) -> Iterator[Mismatch]:
    """Both ends of each tunnel share a prefix, and its interface is its own."""
    for index, node in enumerate(network.supernodes):
        at: KeyPath = ("supernodes", index, "tunnels")
        declared: tuple[Tunnel, ...] = getattr(node, "tunnels", ())
        interfaces = found(network, [(*at, number, "interface") for number in range(len(declared))])
        yield from repeated(interfaces, lambda name, first: f"interface {name} stands already at {first}")
        for family in ("ipv4", "ipv6"):

            def of_tunnel(
                number: int, tunnel: Tunnel, at: KeyPath = at, family: str = family
            ) -> Iterator[Mismatch]:
                neighbour, own = getattr(tunnel, f"neighbour_{family}"), getattr(tunnel, family)
                if neighbour not in own.network:
                    yield Mismatch(
                        (*at, number, f"neighbour_{family}"),
                        f"{neighbour} does not lie in {own.network}",
                        "Both ends of a tunnel share one prefix",
                    )

            yield from each(declared, of_tunnel)
