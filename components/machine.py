"""What supernodes and nameservers have in common: they are guests with a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import pulumi

from components.cloud_server import CloudServerConfig, cloud_server
from components.host_config import HostConfig
from components.vm_host import VmHostResult
from ffinfra.hosts.cloud_firewall import FirewallRule
from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.transports import Transport
from ffinfra.network.as_found import AsFound


@dataclass(frozen=True, kw_only=True)
class MachineConfig:
    """What makes a guest.

    Attributes:
        host: the result of its host.
        ipv4: its address.
        ipv6: its address.
        fqdn: its name in the DNS.
        address: where rollouts reach it.
        configuration: its rendered files; None where a person keeps them.
        user_data: what cloud-init does at the first boot, for a server in a slice.
        firewall_rules: what a slice's firewall lets in.
        transport: how files are delivered.
        protect: whether it may only be deleted after a change that takes the protection off.
        as_found: what of its server stays as it was found.
    """

    host: VmHostResult
    ipv4: IPv4Address | None
    ipv6: IPv6Address | None
    fqdn: str
    address: IPv4Address | IPv6Address
    configuration: HostConfiguration | None
    user_data: str
    firewall_rules: tuple[FirewallRule, ...]
    transport: Transport
    protect: bool
    as_found: frozenset[AsFound] = frozenset()


@dataclass(frozen=True, kw_only=True)
class MachineResult:
    """A guest, ready to be depended on; without a configuration of ours where a person keeps it."""

    host_config: HostConfig | None


def declare_machine(name: str, config: MachineConfig, parent: pulumi.Resource) -> MachineResult:
    """Declare the server where the host is a slice, and the configuration in any case.

    On a dedicated host the virtual machine is part of the host's own configuration (libvirt). The guest's does not
    hang on it: a host that does not answer must not hold back guests that do. A guest that is new is waited for.
    """
    needs: list[pulumi.Resource] = []
    if config.host.slice is not None:
        server = CloudServerConfig(
            slice=config.host.slice,
            ipv4=config.ipv4,
            ipv6=config.ipv6,
            fqdn=config.fqdn,
            user_data=config.user_data,
            firewall_rules=config.firewall_rules,
            protect=config.protect,
            as_found=config.as_found,
        )
        needs.append(cloud_server(name, server, parent))
    if config.configuration is None:
        return MachineResult(host_config=None)
    options = pulumi.ResourceOptions(parent=parent, depends_on=needs, protect=config.protect)
    return MachineResult(
        host_config=HostConfig(name, config.configuration, str(config.address), config.transport, options)
    )
