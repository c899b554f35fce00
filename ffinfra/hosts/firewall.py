"""nftables on every machine: only what is needed comes in; SSH and the exporters only from management.

The rules live in tables of their own (``inet ffinfra``, on VM hosts also ``bridge ffinfra``), which are
replaced in one step; other tables, such as libvirt's, stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from ffinfra.hosts.buckets import BUCKETS, SEED, bucket_table
from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.fastd import Instance, instances_of
from ffinfra.hosts.templates import Line, listed, rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.checks.interfaces import guest_interface
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Network

CONFIGURATION: Final = "/etc/nftables.conf"
UNIT: Final = Unit(name="nftables.service", action=UnitAction.RELOAD)

NODE_EXPORTER_PORT: Final = 9100
BIRD_EXPORTER_PORT: Final = 9324

TUNNEL_MTU: Final = 1400
"""Octets of a packet in a GRE tunnel: 1500 less 24 (RFC 2784 over IPv4), less room for the carrier's own."""

BATMAN_OVERHEAD: Final = 32
"""Octets that batman-adv puts around a packet at most, with the inner Ethernet header."""


def nameserver_firewall(network: Network, nameserver: Nameserver) -> Topic:
    """DNS for everyone."""
    return _topic("nftables_nameserver.conf.j2", host=nameserver.name, **_management(network))


@dataclass(frozen=True, slots=True)
class _Source:
    """An address that a guest may send from."""

    interface: str
    address: IPv4Address | IPv6Address


def vm_host_firewall(network: Network, host: DedicatedHost) -> Topic:
    """Nothing but management comes in; guests may answer management, but never call on it or pose as another."""
    guests = tuple(network.guests_of(host.name))
    sources = [source for guest in guests for source in _sources(guest)]
    return _topic(
        "nftables_vm_host.conf.j2",
        host=host.name,
        guests=[
            {"interface": guest_interface(guest.name), "hardware_address": guest.hardware_address}
            for guest in guests
        ],
        interfaces=listed(guest_interface(guest.name) for guest in guests),
        sources4=[source for source in sources if isinstance(source.address, IPv4Address)],
        sources6=[source for source in sources if isinstance(source.address, IPv6Address)],
        **_management(network),
    )


def _sources(guest: Supernode | Nameserver) -> Iterator[_Source]:
    addresses = dict.fromkeys((guest.ipv4, guest.ipv6, guest.management_address))
    for address in addresses:
        if address is not None:
            yield _Source(guest_interface(guest.name), address)


def supernode_firewall(network: Network, supernode: Supernode) -> Topic:
    """Mesh entry by source address, clients to the backbone and nowhere else, source NAT, MSS clamp."""
    instances = instances_of(network, supernode)
    segment = min(TUNNEL_MTU, supernode.fastd.mtu - BATMAN_OVERHEAD)
    return _topic(
        "nftables_supernode.conf.j2",
        host=supernode.name,
        mesh=supernode.mesh,
        mesh_prefix=supernode.mesh.ipv4_prefix,
        bridge=network.mesh.bridge,
        tunnels=supernode.tunnels,
        tunnel_interfaces=listed(tunnel.interface for tunnel in supernode.tunnels),
        backbone_routers=listed(sorted({tunnel.remote for tunnel in supernode.tunnels})),
        public_port=supernode.fastd.port,
        first_port=instances[0].port,
        last_port=instances[-1].port,
        buckets=BUCKETS,
        seed=SEED,
        ports=_ports(instances),
        segment4=segment - 40,
        segment6=segment - 60,
        **_management(network),
    )


def _topic(template: str, **values: object) -> Topic:
    file = HostFile(
        path=CONFIGURATION,
        content=rendered(template, **values),
        mode=0o644,
        validator=Validator.NFTABLES,
        units=(UNIT.name,),
    )
    return Topic(files=(file,), packages=("nftables",), units=(UNIT,))


def _management(network: Network) -> Mapping[str, object]:
    prefixes = network.management_prefixes
    return {
        "management4": listed(prefix for prefix in prefixes if isinstance(prefix, IPv4Network)),
        "management6": listed(prefix for prefix in prefixes if isinstance(prefix, IPv6Network)),
        "management_ports": listed((22, NODE_EXPORTER_PORT, BIRD_EXPORTER_PORT)),
    }


def _ports(instances: tuple[Instance, ...]) -> Line:
    """The map from bucket to port."""
    table = bucket_table(len(instances))
    return Line(", ".join(f"{bucket} : {instances[instance].port}" for bucket, instance in enumerate(table)))
