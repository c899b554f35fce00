"""The whole network as volunteers declare it under ``ffinfra:network``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated

from pydantic import Field

from ffinfra.network.accounts import AccountName
from ffinfra.network.credentials import Credential
from ffinfra.network.hosts import CloudSlice, DedicatedHost, Host, Hoster
from ffinfra.network.kernel import Kernel
from ffinfra.network.machines import Guest, Nameserver, Supernode
from ffinfra.network.values import (
    AutonomousSystem,
    DomainName,
    Euro,
    InterfaceName,
    Label,
    Model,
    SshPublicKey,
    TimezoneName,
)


class Administrator(Model):
    """A person who may log in to every machine."""

    name: AccountName
    ssh_keys: Annotated[tuple[SshPublicKey, ...], Field(min_length=1)]


class Mesh(Model):
    """What all supernodes share."""

    name: Label
    nodes: Annotated[int, Field(ge=0, le=100_000)]
    """Routers in the field."""
    minimum_supernodes: Annotated[int, Field(ge=1, le=64)]
    """How many supernodes must be left to carry the nodes; fewer block a change."""
    autonomous_system: AutonomousSystem
    """Our AS number towards the backbone."""
    batman_interface: InterfaceName = "bat0"
    bridge: InterfaceName = "br-mesh"
    resolvers: Annotated[tuple[IPv4Address | IPv6Address, ...], Field(min_length=1, max_length=4)]
    """The resolvers that clients are told to use."""


class Network(Model):
    """Hosts, supernodes and nameservers of one community."""

    community: Label
    domain: DomainName
    """The zone that the machines' own names stand in."""
    timezone: TimezoneName = "Europe/Berlin"
    monthly_budget: Euro
    """EUR a month; more is a finding of the gate."""
    management_prefixes: Annotated[tuple[IPv4Network | IPv6Network, ...], Field(min_length=1)]
    """From where SSH and the exporters may be reached."""
    administrators: Annotated[tuple[Administrator, ...], Field(min_length=1)]
    mesh: Mesh
    hosters: Annotated[tuple[Hoster, ...], Field(min_length=1)]
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    supernodes: tuple[Supernode, ...]
    nameservers: tuple[Nameserver, ...]
    credentials: tuple[Credential, ...] = ()
    """Everything that expires."""

    @property
    def guests(self) -> tuple[Supernode | Nameserver, ...]:
        """All virtual machines."""
        return (*self.supernodes, *self.nameservers)

    def host(self, name: str) -> DedicatedHost | CloudSlice:
        """The host of that name.

        Raises:
            KeyError: there is none; cannot happen in a model that was read without problems.
        """
        for host in self.hosts:
            if host.name == name:
                return host
        raise KeyError(name)

    def guests_of(self, host: str) -> Iterator[Supernode | Nameserver]:
        """The virtual machines on a host, in the order of their declaration."""
        return (guest for guest in self.guests if guest.host == host)

    def kernel_of(self, guest: Guest) -> Kernel:
        """The kernel that a guest boots: its own, else the one of its host."""
        return guest.kernel or self.host(guest.host).kernel

    def machine_fqdn(self, name: str) -> str:
        """The DNS name of a machine that has no other: its name in the network's domain."""
        return f"{name}.{self.domain}"
