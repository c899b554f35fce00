"""What else can be changed about a server: type, image, protection, backups, placement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.catalogue import offered
from ffinfra.lab.clouds.hetzner.errors import invalid_input, protected, refused
from ffinfra.lab.clouds.hetzner.placement_groups import check_room
from ffinfra.lab.clouds.hetzner.server_machines import machine_of
from ffinfra.lab.clouds.hetzner.server_power import idle_server, turn_off, turn_on
from ffinfra.lab.clouds.hetzner.servers import Server, ServerStatus

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

_BACKUP_WINDOW = "22-02"


class _ChangeType(Body):
    server_type: str | int
    upgrade_disk: bool


class _Rebuild(Body):
    image: str | int
    user_data: str | None = Field(None, repr=False)


class _Protection(Body):
    delete: bool | None = None
    rebuild: bool | None = None


class _PlacementGroup(Body):
    placement_group: int


async def change_type(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/change_type: for a server that is off, which is then started again."""
    server, body = idle_server(cloud, call), read_body(call, _ChangeType)
    server.check_off()
    wanted = offered(cloud.catalogue.server_types, body.server_type)
    now = offered(cloud.catalogue.server_types, server.server_type)
    if wanted is None or now is None or wanted.architecture != now.architecture or wanted == now:
        raise refused("invalid_server_type", f"server type {body.server_type!r} does not fit this server")
    if server.location not in wanted.locations or wanted.disk < server.disk:
        raise refused("invalid_server_type", "server type is not offered here, or its disk is too small")
    disk = wanted.disk if body.upgrade_disk else server.disk
    action = await cloud.actions.start(
        "change_server_type",
        [server.target],
        effect=lambda: cloud.servers.put(replace(server, server_type=wanted.name, disk=disk)),
        work=lambda: turn_on(cloud, server.id),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def rebuild(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/rebuild: the disk is overwritten, then the server starts."""
    server, body = idle_server(cloud, call), read_body(call, _Rebuild)
    if server.rebuild_protected:
        raise protected("server", "rebuild")
    server_type = offered(cloud.catalogue.server_types, server.server_type)
    image = offered(
        [
            image
            for image in cloud.catalogue.images
            if server_type and image.architecture == server_type.architecture
        ],
        body.image,
    )
    if image is None:
        raise invalid_input({"image": [f"no image {body.image!r} for this server"]})
    user_data = server.user_data if body.user_data is None else body.user_data

    async def renewed() -> None:
        await turn_off(cloud, server.id)
        old = cloud.servers.get(server.id)
        await cloud.machines.destroy(machine_of(cloud, old))
        fresh = replace(old, image=image.id, user_data=user_data, booted=False, status=ServerStatus.OFF)
        cloud.servers.put(fresh)
        await turn_on(cloud, server.id)

    action = await cloud.actions.start("rebuild_server", [server.target], work=renewed, fate=call.fate)
    return Answer(201, {"action": action.shape(), "root_password": None})


async def change_protection(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/change_protection; delete and rebuild always go together."""
    server, body = cloud.servers.get(call.params["id"]), read_body(call, _Protection)
    delete = server.delete_protected if body.delete is None else body.delete
    rebuild = server.rebuild_protected if body.rebuild is None else body.rebuild
    if delete is not rebuild:
        raise invalid_input({"rebuild": ["must have the same value as delete"]})
    changed = replace(server, delete_protected=delete, rebuild_protected=rebuild)
    return await _changed(cloud, call, "change_protection", changed)


async def enable_backup(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/enable_backup; no backup is ever made."""
    server = idle_server(cloud, call)
    return await _changed(cloud, call, "enable_backup", replace(server, backup_window=_BACKUP_WINDOW))


async def disable_backup(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/disable_backup."""
    server = idle_server(cloud, call)
    return await _changed(cloud, call, "disable_backup", replace(server, backup_window=None))


async def add_to_placement_group(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/add_to_placement_group; the server has to be off."""
    server, body = idle_server(cloud, call), read_body(call, _PlacementGroup)
    server.check_off()
    if server.placement_group is not None:
        raise refused("already_in_placement_group", "server is already in a placement group")
    check_room(cloud, body.placement_group)
    changed = replace(server, placement_group=body.placement_group)
    return await _changed(cloud, call, "add_to_placement_group", changed)


async def remove_from_placement_group(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/remove_from_placement_group; the server has to be off."""
    server = idle_server(cloud, call)
    server.check_off()
    if server.placement_group is None:
        raise refused("not_in_placement_group", "server is in no placement group")
    changed = replace(server, placement_group=None)
    return await _changed(cloud, call, "remove_from_placement_group", changed)


async def _changed(cloud: HetznerCloud, call: Call, command: str, server: Server) -> Answer:
    action = await cloud.actions.start(
        command, [server.target], effect=lambda: cloud.servers.put(server), fate=call.fate
    )
    return Answer(201, {"action": action.shape()})
