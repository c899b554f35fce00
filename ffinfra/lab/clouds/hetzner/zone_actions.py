"""Changes to zones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.errors import protected, refused
from ffinfra.lab.clouds.hetzner.publishing import publish
from ffinfra.lab.clouds.hetzner.rrset_model import Ttl
from ffinfra.lab.clouds.hetzner.rrsets import changed_zone, primary_zone_of
from ffinfra.lab.clouds.hetzner.transfers import NewPrimary, checked_primaries
from ffinfra.lab.clouds.hetzner.zone_files import read_zone_file, written_zone_file
from ffinfra.lab.clouds.hetzner.zones import zone_of

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud


class _ChangeTtl(Body):
    ttl: Ttl


class _Primaries(Body):
    primary_nameservers: tuple[NewPrimary, ...]


class _Protection(Body):
    delete: bool | None = None


class _ZoneFile(Body):
    zonefile: str


async def change_ttl(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /zones/{id_or_name}/actions/change_ttl: the TTL of RRsets without one of their own."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _ChangeTtl)
    changed = replace(zone, ttl=body.ttl)
    return Answer(201, {"action": await changed_zone(cloud, call, "change_zone_ttl", changed)})


async def change_primary_nameservers(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /zones/{id_or_name}/actions/change_primary_nameservers: the whole list; secondary zones only."""
    zone, body = zone_of(cloud, call), read_body(call, _Primaries)
    if zone.mode != "secondary":
        raise refused("incorrect_zone_mode", "this operation is not supported for zones in primary mode")
    primaries = checked_primaries(body.primary_nameservers)
    action = await cloud.actions.start(
        "change_primary_nameservers",
        [zone.target],
        effect=lambda: cloud.zones.put(replace(zone, primaries=primaries)),
        work=lambda: publish(cloud, zone.id),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def change_protection(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /zones/{id_or_name}/actions/change_protection."""
    zone, body = zone_of(cloud, call), read_body(call, _Protection)
    wanted = zone.delete_protected if body.delete is None else body.delete
    action = await cloud.actions.start(
        "change_zone_protection",
        [zone.target],
        effect=lambda: cloud.zones.put(replace(zone, delete_protected=wanted)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def import_zone_file(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /zones/{id_or_name}/actions/import_zonefile: replaces all RRsets, unless one is protected."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _ZoneFile)
    if any(rrset.change_protected for rrset in zone.rrsets.values()):
        raise protected("rrset", "change")
    changed = read_zone_file(cloud, zone, body.zonefile)
    return Answer(201, {"action": await changed_zone(cloud, call, "import_zonefile", changed)})


async def export_zone_file(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /zones/{id_or_name}/zonefile."""
    return Answer(200, {"zonefile": written_zone_file(primary_zone_of(cloud, call))})
