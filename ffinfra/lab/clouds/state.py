"""A summary of both clouds for ``GET /state``."""

from __future__ import annotations

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.cloudflare.cloud import CloudflareCloud
from ffinfra.lab.clouds.hetzner.actions import Status
from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud


async def summary(hetzner: HetznerCloud, cloudflare: CloudflareCloud) -> JsonObject:
    """What there is, by name, with the serials that the nameservers serve at this moment."""
    return {"hetzner": await _hetzner(hetzner), "cloudflare": await _cloudflare(cloudflare)}


async def _hetzner(cloud: HetznerCloud) -> JsonObject:
    zones = [
        {
            "name": zone.name,
            "mode": zone.mode,
            "rrsets": len(zone.rrsets),
            "serial": zone.serial if zone.mode == "primary" else None,
            "served_serial": await cloud.nameservers.serial(zone.name),
        }
        for zone in cloud.zones
    ]
    return {
        "zones": zones,
        "servers": [
            {"id": server.id, "name": server.name, "status": server.status.value, "type": server.server_type}
            for server in cloud.servers
        ],
        "primary_ips": [{"name": ip.name, "ip": ip.ip, "server": ip.server} for ip in cloud.primary_ips],
        "networks": [network.name for network in cloud.networks],
        "firewalls": [firewall.name for firewall in cloud.firewalls],
        "ssh_keys": [key.name for key in cloud.ssh_keys],
        "placement_groups": [group.name for group in cloud.placement_groups],
        "volumes": [volume.name for volume in cloud.volumes],
        "running_actions": sum(action.status is Status.RUNNING for action in cloud.actions),
    }


async def _cloudflare(cloud: CloudflareCloud) -> JsonObject:
    zones = [
        {
            "id": zone.id,
            "name": zone.name,
            "records": len(zone.records),
            "serial": zone.serial,
            "served_serial": await cloud.nameservers.serial(zone.name),
        }
        for zone in cloud.zones.values()
    ]
    return {"zones": zones}
