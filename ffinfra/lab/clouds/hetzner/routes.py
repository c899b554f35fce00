"""Which call goes to which handler; what is not here, the stand-in does not offer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.front import RouteTable
from ffinfra.lab.clouds.hetzner import (
    action_lists,
    catalogue,
    firewall_targets,
    firewalls,
    networks,
    placement_groups,
    primary_ips,
    rdns,
    rrset_actions,
    rrsets,
    server_creation,
    server_networks,
    server_options,
    server_power,
    servers,
    ssh_keys,
    subnets,
    volumes,
    zone_actions,
    zones,
)
from ffinfra.lab.clouds.hetzner.action_lists import CloudHandler

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

Table = dict[tuple[str, str], CloudHandler]

_RRSET = "/zones/{zone}/rrsets/{name}/{type}"

_CATALOGUE: Table = {
    ("GET", "/locations"): catalogue.list_locations,
    ("GET", "/locations/{id}"): catalogue.get_location,
    ("GET", "/server_types"): catalogue.list_server_types,
    ("GET", "/server_types/{id}"): catalogue.get_server_type,
    ("GET", "/images"): catalogue.list_images,
    ("GET", "/images/{id}"): catalogue.get_image,
}

_DNS: Table = {
    ("GET", "/zones"): zones.list_all,
    ("POST", "/zones"): zones.create,
    ("GET", "/zones/{zone}"): zones.get,
    ("PUT", "/zones/{zone}"): zones.update,
    ("DELETE", "/zones/{zone}"): zones.delete,
    ("GET", "/zones/{zone}/zonefile"): zone_actions.export_zone_file,
    ("POST", "/zones/{zone}/actions/import_zonefile"): zone_actions.import_zone_file,
    ("POST", "/zones/{zone}/actions/change_ttl"): zone_actions.change_ttl,
    ("POST", "/zones/{zone}/actions/change_protection"): zone_actions.change_protection,
    ("POST", "/zones/{zone}/actions/change_primary_nameservers"): zone_actions.change_primary_nameservers,
    ("GET", "/zones/{zone}/rrsets"): rrsets.list_all,
    ("POST", "/zones/{zone}/rrsets"): rrsets.create,
    ("GET", _RRSET): rrsets.get,
    ("PUT", _RRSET): rrsets.update,
    ("DELETE", _RRSET): rrsets.delete,
    ("POST", f"{_RRSET}/actions/set_records"): rrset_actions.set_records,
    ("POST", f"{_RRSET}/actions/add_records"): rrset_actions.add_records,
    ("POST", f"{_RRSET}/actions/remove_records"): rrset_actions.remove_records,
    ("POST", f"{_RRSET}/actions/update_records"): rrset_actions.update_records,
    ("POST", f"{_RRSET}/actions/change_ttl"): rrset_actions.change_ttl,
    ("POST", f"{_RRSET}/actions/change_protection"): rrset_actions.change_protection,
}

_RESOURCES: Table = {
    ("GET", "/ssh_keys"): ssh_keys.list_all,
    ("POST", "/ssh_keys"): ssh_keys.create,
    ("GET", "/ssh_keys/{id}"): ssh_keys.get,
    ("PUT", "/ssh_keys/{id}"): ssh_keys.update,
    ("DELETE", "/ssh_keys/{id}"): ssh_keys.delete,
    ("GET", "/placement_groups"): placement_groups.list_all,
    ("POST", "/placement_groups"): placement_groups.create,
    ("GET", "/placement_groups/{id}"): placement_groups.get,
    ("PUT", "/placement_groups/{id}"): placement_groups.update,
    ("DELETE", "/placement_groups/{id}"): placement_groups.delete,
    ("GET", "/networks"): networks.list_all,
    ("POST", "/networks"): networks.create,
    ("GET", "/networks/{id}"): networks.get,
    ("PUT", "/networks/{id}"): networks.update,
    ("DELETE", "/networks/{id}"): networks.delete,
    ("POST", "/networks/{id}/actions/change_protection"): networks.change_protection,
    ("POST", "/networks/{id}/actions/add_subnet"): subnets.add,
    ("POST", "/networks/{id}/actions/delete_subnet"): subnets.delete,
    ("GET", "/primary_ips"): primary_ips.list_all,
    ("POST", "/primary_ips"): primary_ips.create,
    ("GET", "/primary_ips/{id}"): primary_ips.get,
    ("PUT", "/primary_ips/{id}"): primary_ips.update,
    ("DELETE", "/primary_ips/{id}"): primary_ips.delete,
    ("POST", "/primary_ips/{id}/actions/assign"): primary_ips.assign,
    ("POST", "/primary_ips/{id}/actions/unassign"): primary_ips.unassign,
    ("POST", "/primary_ips/{id}/actions/change_protection"): primary_ips.change_protection,
    ("POST", "/primary_ips/{id}/actions/change_dns_ptr"): rdns.change_on_primary_ip,
    ("GET", "/firewalls"): firewalls.list_all,
    ("POST", "/firewalls"): firewalls.create,
    ("GET", "/firewalls/{id}"): firewalls.get,
    ("PUT", "/firewalls/{id}"): firewalls.update,
    ("DELETE", "/firewalls/{id}"): firewalls.delete,
    ("POST", "/firewalls/{id}/actions/set_rules"): firewalls.set_rules,
    ("POST", "/firewalls/{id}/actions/apply_to_resources"): firewall_targets.apply,
    ("POST", "/firewalls/{id}/actions/remove_from_resources"): firewall_targets.remove,
    ("GET", "/volumes"): volumes.list_all,
    ("POST", "/volumes"): volumes.create,
    ("GET", "/volumes/{id}"): volumes.get,
    ("PUT", "/volumes/{id}"): volumes.update,
    ("DELETE", "/volumes/{id}"): volumes.delete,
    ("POST", "/volumes/{id}/actions/attach"): volumes.attach,
    ("POST", "/volumes/{id}/actions/detach"): volumes.detach,
    ("POST", "/volumes/{id}/actions/resize"): volumes.resize,
    ("POST", "/volumes/{id}/actions/change_protection"): volumes.change_protection,
}

_SERVERS: Table = {
    ("GET", "/servers"): servers.list_all,
    ("POST", "/servers"): server_creation.create,
    ("GET", "/servers/{id}"): servers.get,
    ("PUT", "/servers/{id}"): servers.update,
    ("DELETE", "/servers/{id}"): servers.delete,
    ("POST", "/servers/{id}/actions/poweron"): server_power.power_on,
    ("POST", "/servers/{id}/actions/poweroff"): server_power.power_off,
    ("POST", "/servers/{id}/actions/shutdown"): server_power.shutdown,
    ("POST", "/servers/{id}/actions/reboot"): server_power.reboot,
    ("POST", "/servers/{id}/actions/reset"): server_power.reset,
    ("POST", "/servers/{id}/actions/change_type"): server_options.change_type,
    ("POST", "/servers/{id}/actions/rebuild"): server_options.rebuild,
    ("POST", "/servers/{id}/actions/change_protection"): server_options.change_protection,
    ("POST", "/servers/{id}/actions/enable_backup"): server_options.enable_backup,
    ("POST", "/servers/{id}/actions/disable_backup"): server_options.disable_backup,
    ("POST", "/servers/{id}/actions/add_to_placement_group"): server_options.add_to_placement_group,
    ("POST", "/servers/{id}/actions/remove_from_placement_group"): server_options.remove_from_placement_group,
    ("POST", "/servers/{id}/actions/attach_to_network"): server_networks.attach,
    ("POST", "/servers/{id}/actions/detach_from_network"): server_networks.detach,
    ("POST", "/servers/{id}/actions/change_alias_ips"): server_networks.change_alias_ips,
    ("POST", "/servers/{id}/actions/change_dns_ptr"): rdns.change_on_server,
}

_WITH_ACTIONS = ("firewall", "network", "primary_ip", "server", "volume", "zone")


def _actions() -> Table:
    """The paths under which actions can be looked up."""
    table: Table = {
        ("GET", "/actions"): action_lists.list_by_ids,
        ("GET", "/actions/{action}"): action_lists.get,
    }
    for kind in _WITH_ACTIONS:
        table["GET", f"/{kind}s/actions"] = action_lists.of_kind(kind)
        table["GET", f"/{kind}s/actions/{{action}}"] = action_lists.get
        table["GET", f"/{kind}s/{{id}}/actions"] = action_lists.of_resource(kind)
        table["GET", f"/{kind}s/{{id}}/actions/{{action}}"] = action_lists.one_of_resource(kind)
    return table


def hetzner_routes(cloud: HetznerCloud) -> RouteTable:
    """All routes; those of actions come first, because ``/servers/actions`` would pass for a server."""
    table = _actions() | _CATALOGUE | _DNS | _RESOURCES | _SERVERS
    return {route: partial(handler, cloud) for route, handler in table.items()}
