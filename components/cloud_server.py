"""A guest in a slice of Hetzner Cloud: its addresses, its firewall, its server, its reverse names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any, Final

import pulumi
import pulumi_hcloud as hcloud

from components.vm_host import Slice
from ffinfra.hosts.cloud_firewall import FirewallRule
from ffinfra.network.as_found import AsFound


@dataclass(frozen=True, kw_only=True)
class CloudServerConfig:
    """What makes a server.

    Attributes:
        slice: where it is made.
        ipv4: the address that it must have.
        ipv6: the address that it must have; it is the first of its /64.
        fqdn: the name that the addresses point back to.
        user_data: what cloud-init does at the first boot; later changes of it are ignored.
        firewall_rules: what may come in.
        protect: whether it may only be deleted after a change that takes the protection off.
        as_found: what stays as it was found.
    """

    slice: Slice
    ipv4: IPv4Address | None
    ipv6: IPv6Address | None
    fqdn: str
    user_data: str
    firewall_rules: Sequence[FirewallRule]
    protect: bool
    as_found: frozenset[AsFound] = frozenset()


_ALWAYS_LEFT: Final = ("sshKeys", "userData", "image")
"""Each of these would replace the server; keys and later settings come by HostConfig."""

_LEFT: Final[Mapping[AsFound, tuple[str, ...]]] = {
    AsFound.ADDRESSES: ("publicNets",),
    AsFound.FIREWALL: ("firewallIds",),
    AsFound.PLACEMENT: ("placementGroupId",),
    AsFound.OPTIONS: ("name", "labels", "deleteProtection", "rebuildProtection", "backups", "networks"),
}
"""Inputs of a server that are not compared. Its public networks are never read back, so that an imported server
would seem to lack them, and giving them to it anew powers it off."""

_LEFT_OF_ADDRESS: Final = ("name", "labels", "autoDelete", "deleteProtection")


def cloud_server(name: str, config: CloudServerConfig, parent: pulumi.Resource) -> hcloud.Server:
    """Declare a server and what belongs to it."""
    addresses = {
        version: _primary_ip(f"{name}-ipv{version}", version, address, config, parent)
        for version, address in ((4, config.ipv4), (6, config.ipv6))
        if address is not None
    }
    left = [one for side in sorted(config.as_found) for one in _LEFT.get(side, ())]
    placement = None if AsFound.PLACEMENT in config.as_found else config.slice.placement_group_id
    return hcloud.Server(
        name,
        name=name,
        server_type=config.slice.declaration.server_type,
        image=config.slice.declaration.image,
        location=config.slice.declaration.region,
        ssh_keys=list(config.slice.ssh_key_ids),
        user_data=config.user_data,
        placement_group_id=placement,
        firewall_ids=_firewalls(name, config, parent),
        public_nets=[
            hcloud.ServerPublicNetArgs(
                ipv4_enabled=4 in addresses,
                ipv4=addresses.get(4),
                ipv6_enabled=6 in addresses,
                ipv6=addresses.get(6),
            )
        ],
        delete_protection=config.protect,
        rebuild_protection=config.protect,
        opts=pulumi.ResourceOptions(
            parent=parent,
            protect=config.protect,
            ignore_changes=[*_ALWAYS_LEFT, *left],
        ),
    )


def _firewalls(
    name: str, config: CloudServerConfig, parent: pulumi.Resource
) -> list[pulumi.Output[int]] | None:
    """The server's own firewall; None where it keeps those that it was found with."""
    if AsFound.FIREWALL in config.as_found:
        return None
    rules = [_rule(rule) for rule in config.firewall_rules]
    firewall = hcloud.Firewall(name, name=name, rules=rules, opts=pulumi.ResourceOptions(parent=parent))
    return [firewall.id.apply(int)]


def _primary_ip(
    name: str,
    version: int,
    declared: IPv4Address | IPv6Address,
    config: CloudServerConfig,
    parent: pulumi.Resource,
) -> pulumi.Output[int]:
    """An address that outlives its server, with its reverse name; returns its verified identifier."""
    address = hcloud.PrimaryIp(
        name,
        name=name,
        type=f"ipv{version}",
        location=config.slice.declaration.region,
        auto_delete=False,
        delete_protection=True,
        opts=pulumi.ResourceOptions(
            parent=parent,
            protect=True,
            delete_before_replace=True,
            ignore_changes=list(_LEFT_OF_ADDRESS) if AsFound.ADDRESSES in config.as_found else None,
        ),
    )
    identifier = pulumi.Output.all(address.id, address.ip_address).apply(
        lambda found: _verified(name, declared, int(found[0]), str(found[1]))
    )
    if AsFound.REVERSE_NAMES not in config.as_found:
        hcloud.Rdns(
            name,
            primary_ip_id=identifier,
            ip_address=str(declared),
            dns_ptr=config.fqdn,
            opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
        )
    return identifier


def _verified(name: str, declared: IPv4Address | IPv6Address, identifier: int, given: str) -> int:
    """The identifier, if the address that Hetzner gave is the one that is declared (IPv6: the same /64).

    Raises:
        pulumi.RunError: it is another one; the declarations and the firmware would name a stranger's address.
    """
    length = 32 if declared.version == 4 else 64
    if ip_network(f"{given}/{length}", strict=False) != ip_network(f"{declared}/{length}", strict=False):
        raise pulumi.RunError(
            f"{name}: Hetzner gave {given}, but {declared} is declared. Write the address you were given into"
            " Pulumi.prod.yaml and dns/delegations.yaml, or import the address you meant"
        )
    return identifier


def _rule(rule: FirewallRule) -> hcloud.FirewallRuleArgs:
    optional: dict[str, Any] = {"port": rule.port} if rule.port is not None else {}
    return hcloud.FirewallRuleArgs(
        direction="in",
        protocol=rule.protocol.value,
        source_ips=list(rule.sources),
        description=rule.description,
        **optional,
    )
