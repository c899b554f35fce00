"""What supernodes and nameservers need to do their work."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.network.checks.mismatch import Mismatch, Path, repeated
from ffinfra.network.kernel import KernelPackage
from ffinfra.network.machines import NameserverRole, Supernode
from ffinfra.network.network import Network


def identities(network: Network) -> Iterator[Mismatch]:
    """Fastd keys, MAC addresses and nameserver names are unique."""
    keys = (
        (("supernodes", index, "fastd", "public_key"), node.fastd.public_key)
        for index, node in enumerate(network.supernodes)
    )
    yield from repeated(keys, lambda _key, first: f"this fastd key stands already at {first}")
    hardware = (
        ((kind, index, "mac"), guest.hardware_address)
        for kind in ("supernodes", "nameservers")
        for index, guest in enumerate(getattr(network, kind))
    )
    yield from repeated(hardware, lambda mac, first: f"{mac} is already the MAC address at {first}")
    names = (
        (("nameservers", index, "fqdn"), server.fqdn) for index, server in enumerate(network.nameservers)
    )
    yield from repeated(names, lambda name, first: f"{name} stands already at {first}")


def primaries(network: Network) -> Iterator[Mismatch]:
    """Exactly one nameserver is the primary."""
    found = [server.name for server in network.nameservers if server.role is NameserverRole.PRIMARY]
    if len(found) != 1:
        yield Mismatch(
            ("nameservers",),
            f"{len(found)} primaries ({', '.join(found) or 'none'})",
            "Exactly one nameserver has the role primary; the others transfer from it",
        )


def supernodes(network: Network) -> Iterator[Mismatch]:
    """Kernel, DHCP pool, exported prefix and tunnels of each supernode make sense."""
    known_hosts = {host.name for host in network.hosts}
    for index, node in enumerate(network.supernodes):
        at: Path = ("supernodes", index)
        if node.host in known_hosts and network.kernel_of(node).package is KernelPackage.CLOUD:
            yield Mismatch(
                at,
                f"{node.name} would boot {KernelPackage.CLOUD}, which lacks batman-adv",
                f"Set kernel.package to {KernelPackage.STANDARD} for it or its host",
            )
        yield from _segment((*at, "mesh"), node)
        yield from _tunnels((*at, "tunnels"), node)


def _segment(at: Path, node: Supernode) -> Iterator[Mismatch]:
    own, pool = node.mesh.ipv4.ip, node.mesh.ipv4.network
    first, last = node.mesh.dhcp_first, node.mesh.dhcp_last
    if first not in pool or last not in pool or first > last or first <= own <= last:
        yield Mismatch(
            (*at, "dhcp_first"),
            f"the DHCP pool {first} to {last} does not lie in {pool} beside {own}",
            "Choose first and last inside the prefix, in order, without the supernode's own address",
        )
    if node.mesh.ipv6.ip not in node.mesh.exported_ipv6:
        yield Mismatch(
            (*at, "ipv6"),
            f"{node.mesh.ipv6} does not lie in the exported prefix {node.mesh.exported_ipv6}",
            "Clients could send but never be answered; choose an address inside it",
        )


def _tunnels(at: Path, node: Supernode) -> Iterator[Mismatch]:
    interfaces = (
        ((*at, number, "interface"), tunnel.interface) for number, tunnel in enumerate(node.tunnels)
    )
    yield from repeated(interfaces, lambda name, first: f"interface {name} stands already at {first}")
    for number, tunnel in enumerate(node.tunnels):
        if tunnel.neighbour_ipv4 not in tunnel.ipv4.network:
            yield Mismatch(
                (*at, number, "neighbour_ipv4"),
                f"{tunnel.neighbour_ipv4} does not lie in {tunnel.ipv4.network}",
                "Both ends of a tunnel share one prefix",
            )
        if tunnel.neighbour_ipv6 not in tunnel.ipv6.network:
            yield Mismatch(
                (*at, number, "neighbour_ipv6"),
                f"{tunnel.neighbour_ipv6} does not lie in {tunnel.ipv6.network}",
                "Both ends of a tunnel share one prefix",
            )
