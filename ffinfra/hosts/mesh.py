"""Towards the nodes: batman-adv, the clients' bridge, addresses by DHCP and router advertisement.

dnsmasq does both DHCPv4 and router advertisements: one small daemon with one file that can be checked
before it is used, where isc-dhcp-server has reached its end of life and Kea and radvd would be two. A
supernode keeps no DNS cache; clients are told the network's resolvers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from ffinfra.hosts.backbone import NETWORKD, ROUTING_TABLE
from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.fastd import INTERFACE_PREFIX, uses_offload
from ffinfra.hosts.templates import listed, rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network

FASTD_BRIDGE: Final = "br-fastd"
"""What joins the nodes' interfaces where the kernel carries null@l2tp."""

CONNECTIONS: Final = 262_144
"""Entries of the connection tracking table: some 600 for each client of a full DHCP range."""

DNSMASQ: Final = Unit(name="dnsmasq.service", action=UnitAction.RESTART)
SYSCTL: Final = Unit(name="systemd-sysctl.service", action=UnitAction.RESTART)
MODULES: Final = Unit(name="systemd-modules-load.service", action=UnitAction.RESTART)


def mesh_files(network: Network, supernode: Supernode) -> Topic:
    """Interfaces, DHCP and router advertisements, forwarding and connection tracking."""
    values = {
        "host": supernode.name,
        "shared": network.mesh,
        "mesh": supernode.mesh,
        "mtu": supernode.fastd.mtu,
        "table": ROUTING_TABLE,
        "fastd_bridge": FASTD_BRIDGE,
        "fastd_interfaces": f"{INTERFACE_PREFIX}*",
        "mac": _bridge_mac(supernode),
        "offload": uses_offload(network, supernode),
        "connections": CONNECTIONS,
    }
    interfaces = ["batman.netdev", "batman.network", "mesh.netdev", "mesh.network", "fastd.network"]
    if values["offload"]:
        interfaces += ["fastd-bridge.netdev", "fastd-bridge.network"]
    files = [
        HostFile(
            path=f"/etc/systemd/network/30-ffinfra-{name}",
            content=rendered(f"{name}.j2", **values),
            units=(NETWORKD.name,),
        )
        for name in interfaces
    ]
    return Topic(
        files=(*files, _dnsmasq(network, supernode, values), *_kernel_settings(values)),
        packages=("batctl", "dnsmasq"),
        units=(MODULES, SYSCTL, NETWORKD, DNSMASQ),
    )


def _dnsmasq(network: Network, supernode: Supernode, values: Mapping[str, object]) -> HostFile:
    resolvers = network.mesh.resolvers
    content = rendered(
        "dnsmasq.conf.j2",
        **values,
        netmask=supernode.mesh.ipv4.network.netmask,
        resolvers4=listed((address for address in resolvers if isinstance(address, IPv4Address)), ","),
        resolvers6=listed((f"[{address}]" for address in resolvers if isinstance(address, IPv6Address)), ","),
    )
    return HostFile(
        path="/etc/dnsmasq.d/ffinfra.conf",
        content=content,
        validator=Validator.DNSMASQ,
        units=(DNSMASQ.name,),
    )


def _kernel_settings(values: Mapping[str, object]) -> tuple[HostFile, HostFile]:
    return (
        HostFile(
            path="/etc/modules-load.d/ffinfra.conf",
            content=rendered("modules-load.conf.j2", **values),
            units=(MODULES.name,),
        ),
        HostFile(
            path="/etc/sysctl.d/60-ffinfra-forwarding.conf",
            content=rendered("sysctl_forwarding.conf.j2", **values),
            units=(SYSCTL.name,),
        ),
    )


def _bridge_mac(supernode: Supernode) -> str:
    """The bridge's address, made from the name: the clients' router keeps its address for life."""
    digest = hashlib.sha256(f"mesh {supernode.name}".encode()).digest()
    return ":".join(f"{octet:02x}" for octet in (0x02, *digest[:5]))
