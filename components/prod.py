"""The stack ``prod``: hosts, supernodes, nameservers and the zones on our own primary."""

from __future__ import annotations

from components.administrators import Administrators
from components.machine import MachineConfig
from components.nameserver import Nameserver
from components.settings import Settings
from components.supernode import Supernode
from components.vm_host import VmHost, VmHostConfig, VmHostResult
from components.zones.held import declare_outside
from components.zones.own import OwnZone, OwnZoneConfig
from components.zones.zone_result import ZoneResult
from ffinfra.dns.delegation.sides import OwnSide
from ffinfra.hosts.cloud_firewall import firewall_rules
from ffinfra.hosts.cloud_init import user_data
from ffinfra.hosts.rendering import management_address, render_host
from ffinfra.network.as_found import AsFound
from ffinfra.network.hosts import AnyHost, CloudSlice, DedicatedHost
from ffinfra.network.machines import Nameserver as NameserverModel
from ffinfra.network.machines import NameserverRole
from ffinfra.network.machines import Supernode as SupernodeModel


def declare_hosts(settings: Settings) -> dict[str, VmHostResult]:
    """Every host, by name."""
    network = settings.stack.declarations.network
    in_cloud = any(isinstance(host, CloudSlice) for host in network.hosts)
    keys = Administrators("administrators", network.administrators).result.ssh_key_ids if in_cloud else ()
    return {
        host.name: VmHost(
            host.name,
            VmHostConfig(
                host=host,
                configuration=(render_host(network, host.name) if _rolled_out(host) else None),
                transport=settings.transports.of(host.name),
                ssh_key_ids=keys,
                spread=any(AsFound.PLACEMENT not in guest.as_found for guest in network.guests_of(host.name)),
            ),
        ).result
        for host in network.hosts
    }


def declare_supernodes(settings: Settings, hosts: dict[str, VmHostResult]) -> list[Supernode]:
    """Every supernode."""
    network = settings.stack.declarations.network
    return [
        Supernode(node.name, _machine(settings, node, hosts, network.machine_fqdn(node.name), protect=False))
        for node in network.supernodes
    ]


def declare_nameservers(settings: Settings, hosts: dict[str, VmHostResult]) -> list[Nameserver]:
    """Every nameserver; protected, because the delegation names it."""
    return [
        Nameserver(server.name, _machine(settings, server, hosts, server.fqdn, protect=True))
        for server in settings.stack.declarations.network.nameservers
    ]


def declare_zones(settings: Settings, nameservers: list[Nameserver]) -> dict[str, ZoneResult]:
    """Every zone at its holder; on our own primary once all nameservers are configured."""
    network = settings.stack.declarations.network
    primary = next(server for server in network.nameservers if server.role is NameserverRole.PRIMARY)
    address = primary.ipv4 or primary.ipv6
    assert address is not None
    results = {}
    for zone in settings.stack.declarations.zones:
        side = zone.declaration.primary
        if not isinstance(side, OwnSide):
            results[zone.declaration.zone] = declare_outside(settings, zone, side)
            continue
        config = OwnZoneConfig(
            zone=zone.zone,
            primary=address,
            update_key=settings.update_key,
            after=[one for server in nameservers if (one := server.result.host_config) is not None],
        )
        results[zone.declaration.zone] = OwnZone(zone.declaration.zone, config).result
    return results


def _machine(
    settings: Settings,
    guest: SupernodeModel | NameserverModel,
    hosts: dict[str, VmHostResult],
    fqdn: str,
    *,
    protect: bool,
) -> MachineConfig:
    network = settings.stack.declarations.network
    as_found = frozenset(guest.as_found)
    zones = settings.served_zones if isinstance(guest, NameserverModel) else ()
    rendered = AsFound.CONFIGURATION not in as_found
    return MachineConfig(
        host=hosts[guest.host],
        ipv4=guest.ipv4,
        ipv6=guest.ipv6,
        fqdn=fqdn,
        address=management_address(guest),
        configuration=(
            render_host(network, guest.name, settings.host_secrets(guest.name), zones) if rendered else None
        ),
        user_data=user_data(network, guest),
        firewall_rules=firewall_rules(network, guest),
        transport=settings.transports.of(guest.name),
        protect=protect,
        as_found=as_found,
    )


def _rolled_out(host: AnyHost) -> bool:
    """Whether a host has files of its own that are ours."""
    return isinstance(host, DedicatedHost) and AsFound.CONFIGURATION not in host.as_found
