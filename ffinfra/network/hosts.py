"""Hosts: the machines, or slices of a cloud, that carry the virtual machines."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Annotated, Literal

from pydantic import Field

from ffinfra.network.as_found import AsFound
from ffinfra.network.kernel import DebianRelease, Kernel
from ffinfra.network.values import (
    AutonomousSystem,
    Cores,
    Euro,
    Gibibytes,
    ImageName,
    InterfaceName,
    Label,
    Model,
)


class Platform(StrEnum):
    """What a host is."""

    DEDICATED = "dedicated"
    HCLOUD = "hcloud"


class CpuKind(StrEnum):
    """Whether the cores are ours alone.

    Supernodes on shared cores were suspended by their hoster for using them (row b of the founding story).
    """

    DEDICATED = "dedicated"
    SHARED = "shared"


class Hoster(Model):
    """Who rents or houses machines to us. One contract account at it is one failure domain."""

    name: Label
    account: Label
    """The contract; two accounts at one hoster fail apart when one is suspended."""
    fair_use_cpu: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of a core that the hoster tolerates for long on shared machines; None if it names none."""


class HostLocation(Model):
    """Where a host stands and what it hangs on; each field is a failure domain of its own."""

    hoster: Label
    site: Label
    upstream: Label
    """The carrier that its packets leave by."""
    autonomous_system: AutonomousSystem


class HostNetwork(Model):
    """A dedicated host's own network: the physical interface and the bridge of its guests."""

    interface: InterfaceName
    """The physical NIC; its TSO, GSO and GRO are switched off (row e: GRE at 500 kbit/s with them on)."""
    bridge: InterfaceName = "br0"
    ipv4: IPv4Interface
    ipv4_gateway: IPv4Address
    ipv6: IPv6Interface
    ipv6_gateway: IPv6Address


class AnyHost(Model):
    """What every host has, whatever it is."""

    name: Label
    location: HostLocation
    debian: DebianRelease = DebianRelease.BOOKWORM
    kernel: Kernel
    """The kernel that the host and, unless they declare another, its guests boot."""


class DedicatedHost(AnyHost):
    """A root server or a machine in colocation, with KVM and libvirt. Pulumi does not buy it."""

    platform: Literal[Platform.DEDICATED]
    cpu: CpuKind = CpuKind.DEDICATED
    cores: Cores
    memory: Gibibytes
    disk: Gibibytes
    network: HostNetwork
    management_address: IPv4Address | IPv6Address | None = None
    """Where the exporters listen, such as an address in a VPN; None means the host's own address."""
    as_found: tuple[Literal[AsFound.CONFIGURATION, AsFound.RECORDS], ...] = ()
    """What stays as it was when the machine was taken over."""
    monthly_cost: Euro
    """EUR a month, with VAT."""


class CloudSlice(AnyHost):
    """A share of Hetzner Cloud: every guest in it is a server of its own, of one type at one location.

    Cores, memory and price of a guest come from the dated catalogue; the hypervisor is Hetzner's.
    """

    platform: Literal[Platform.HCLOUD]
    region: Label
    """Hetzner's location name, such as fsn1."""
    server_type: Label
    """Hetzner's type name, such as ccx13; ccx types have dedicated cores."""
    image: ImageName = "debian-12"
    maximum_servers: Annotated[int, Field(ge=1, le=100)]
    """How many servers the account's limit allows here."""


Host = Annotated[DedicatedHost | CloudSlice, Field(discriminator="platform")]
