"""A server as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.hetzner.catalogue import offered
from ffinfra.lab.clouds.hetzner.rdns import pointers

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.primary_ips import PrimaryIp
    from ffinfra.lab.clouds.hetzner.servers import PrivateNet, Server


def server_shape(cloud: HetznerCloud, server: Server) -> JsonObject:
    """All fields of a server, whatever its state."""
    location = offered(cloud.catalogue.locations, server.location)
    server_type = offered(cloud.catalogue.server_types, server.server_type)
    image = offered(cloud.catalogue.images, server.image)
    assert location is not None
    assert server_type is not None
    assert image is not None
    group = None if server.placement_group is None else cloud.placement_groups.get(server.placement_group)
    return {
        "id": server.id,
        "name": server.name,
        "status": server.status.value,
        "created": server.created,
        "labels": dict(server.labels),
        "location": location.shape(),
        "server_type": server_type.shape(cloud.catalogue),
        "image": image.shape(),
        "public_net": _public_net(cloud, server),
        "private_net": [_private_net(net) for net in server.private],
        "placement_group": None if group is None else group.shape(cloud),
        "volumes": [volume.id for volume in cloud.volumes if volume.server == server.id],
        "backup_window": server.backup_window,
        "primary_disk_size": server.disk,
        "protection": {"delete": server.delete_protected, "rebuild": server.rebuild_protected},
    } | _NEVER


_NEVER: JsonObject = {
    "iso": None,
    "load_balancers": [],
    "rescue_enabled": False,
    "locked": False,
    "included_traffic": None,
    "ingoing_traffic": 0,
    "outgoing_traffic": 0,
}
"""What no server here has."""


def _private_net(net: PrivateNet) -> JsonObject:
    return {
        "network": net.network,
        "ip": net.ip,
        "alias_ips": list(net.alias_ips),
        "mac_address": net.mac_address,
    }


def _public_net(cloud: HetznerCloud, server: Server) -> JsonObject:
    held = {ip.type: ip for ip in cloud.primary_ips if ip.server == server.id}
    firewalls = [firewall for firewall in cloud.firewalls if server.id in firewall.servers]
    return {
        "ipv4": _ipv4(held["ipv4"]) if "ipv4" in held else None,
        "ipv6": _ipv6(held["ipv6"]) if "ipv6" in held else None,
        "floating_ips": [],
        "firewalls": [{"id": firewall.id, "status": "applied"} for firewall in firewalls],
    }


def _ipv4(ip: PrimaryIp) -> JsonObject:
    return {"id": ip.id, "ip": ip.ip, "blocked": False, "dns_ptr": pointers(ip)[0]["dns_ptr"]}


def _ipv6(ip: PrimaryIp) -> JsonObject:
    return {"id": ip.id, "ip": ip.ip, "blocked": False, "dns_ptr": pointers(ip)}
