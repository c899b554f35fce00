"""The virtual machines: supernodes and nameservers, each a guest of one host."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Annotated

from pydantic import Field, model_validator

from ffinfra.network.as_found import AsFound
from ffinfra.network.kernel import Kernel
from ffinfra.network.values import (
    AutonomousSystem,
    Cores,
    DomainName,
    FastdPublicKey,
    Gibibytes,
    InterfaceName,
    Label,
    MacAddress,
    Model,
    Port,
    WireguardPublicKey,
)


class GuestSize(Model):
    """What a guest takes of a dedicated host. Guests of a cloud slice have the size of its server type."""

    cores: Cores
    memory: Gibibytes
    disk: Gibibytes


class Guest(Model):
    """A virtual machine."""

    name: Label
    host: Label
    size: GuestSize | None = None
    """Needed on a dedicated host, not allowed in a cloud slice."""
    kernel: Kernel | None = None
    """None means the kernel of its host."""
    mac: MacAddress | None = None
    """The address of its network interface; None derives a stable, locally administered one."""
    management_address: IPv4Address | IPv6Address | None = None
    """Where the exporters listen, such as an address in a VPN; None means the machine's own address."""
    as_found: tuple[AsFound, ...] = ()
    """What stays as it was when the machine was taken over."""

    @property
    def hardware_address(self) -> str:
        """The MAC address: the declared one, or one made from the name (local, RFC 9542 section 2.1)."""
        if self.mac is not None:
            return self.mac
        digest = hashlib.sha256(self.name.encode()).digest()
        return ":".join(f"{octet:02x}" for octet in (0x02, *digest[:5]))


class FastdMethod(StrEnum):
    """What a tunnel packet is wrapped in (fastd manual, Methods), the strongest last."""

    NULL_L2TP = "null@l2tp"
    NULL = "null"
    SALSA2012_UMAC = "salsa2012+umac"


class Fastd(Model):
    """The mesh entry. One public port; behind it, instances that each use one core (row f)."""

    port: Port = 10000
    public_key: FastdPublicKey
    instances: Annotated[int, Field(ge=1, le=32)] | None = None
    """How many processes; None means one per core less one, at least one."""
    methods: tuple[FastdMethod, ...] = (FastdMethod.NULL_L2TP, FastdMethod.NULL, FastdMethod.SALSA2012_UMAC)
    """In the order of preference."""
    mtu: Annotated[int, Field(ge=1280, le=1500)] = 1312
    """Octets inside the tunnel; 1312 passes IPv6 and DS-Lite access lines."""
    peer_limit: Annotated[int, Field(ge=1, le=10000)] = 200
    """Peers of one instance."""
    offload: bool | None = None
    """Whether the kernel carries null@l2tp; None means where the release's fastd can."""


class Wireguard(Model):
    """The other mesh entry that gluon knows; told to the firmware only, the supernode's part is not rendered."""

    port: Port = 51820
    public_key: WireguardPublicKey
    link_address: IPv6Address
    """The supernode's link-local address inside the tunnel."""

    @model_validator(mode="after")
    def _link_local(self) -> Wireguard:
        if not self.link_address.is_link_local:
            raise ValueError(f"{self.link_address} is no link-local address; allowed is one of fe80::/64")
        return self


class Tunnel(Model):
    """A GRE tunnel to a router of the backbone, and the BGP session over it."""

    interface: InterfaceName
    remote: IPv4Address
    """The router's outer address. It has ours on file: changing our IPv4 address cuts the tunnel."""
    ipv4: IPv4Interface
    """Our address inside the tunnel."""
    neighbour_ipv4: IPv4Address
    ipv6: IPv6Interface
    neighbour_ipv6: IPv6Address
    autonomous_system: AutonomousSystem
    """The router's AS number."""


class MeshSegment(Model):
    """What a supernode hands out to the clients of the mesh, and where they leave to the Internet."""

    ipv4: IPv4Interface
    """The supernode's address and prefix on the mesh's bridge."""
    dhcp_first: IPv4Address
    dhcp_last: IPv4Address
    lease: Annotated[int, Field(ge=120, le=86400)] = 3600
    """Seconds of a DHCP lease."""
    ipv6: IPv6Interface
    nat_ipv4: IPv4Address
    """The public address that clients leave from; exported as a /32 to the backbone."""
    exported_ipv6: IPv6Network
    """The prefix of ours that is exported to the backbone."""

    @property
    def ipv4_prefix(self) -> IPv4Network:
        """The prefix of the clients."""
        return self.ipv4.network


class Supernode(Guest):
    """A mesh gateway: fastd and batman-adv towards the nodes, GRE and BGP towards the backbone."""

    ipv4: IPv4Address
    """The address that the backbone's tunnels and the nodes' firmware have on file."""
    ipv6: IPv6Address
    fastd: Fastd
    wireguard: Wireguard | None = None
    mesh: MeshSegment
    tunnels: Annotated[tuple[Tunnel, ...], Field(min_length=1)]


class NameserverRole(StrEnum):
    """Which part a nameserver plays for our zones."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Nameserver(Guest):
    """An authoritative nameserver of our own; never on a supernode (row c of the founding story)."""

    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None
    role: NameserverRole
    fqdn: DomainName
    """The name in NS RRsets."""
