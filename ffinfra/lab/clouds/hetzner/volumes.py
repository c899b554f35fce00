"""Volumes: block storage that can be attached to one server of the same location."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.catalogue import offered
from ffinfra.lab.clouds.hetzner.errors import invalid_input, locked, protected, refused
from ffinfra.lab.clouds.hetzner.listing import filtered, page

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

_BUSY = frozenset({"attach_volume", "detach_volume", "resize_volume"})
Gigabytes = Annotated[int, Field(ge=10, le=10240)]


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume; its size is in GB."""

    id: int
    name: str
    size: int
    location: str
    format: str | None
    labels: Mapping[str, str]
    created: str
    server: int | None = None
    delete_protected: bool = False

    @property
    def target(self) -> Target:
        """As an action names it."""
        return Target("volume", self.id)

    def shape(self, cloud: HetznerCloud) -> JsonObject:
        """As the API shows it."""
        location = offered(cloud.catalogue.locations, self.location)
        assert location is not None
        return {
            "id": self.id,
            "name": self.name,
            "size": self.size,
            "location": location.shape(),
            "format": self.format,
            "labels": dict(self.labels),
            "created": self.created,
            "server": self.server,
            "status": "available",
            "linux_device": f"/dev/disk/by-id/scsi-0HC_Volume_{self.id}",
            "protection": {"delete": self.delete_protected},
        }


class _Create(Body):
    name: Name
    size: Gigabytes
    labels: NewLabels
    location: str | int | None = None
    server: int | None = None
    format: Literal["ext4", "xfs"] | None = None
    automount: bool = False


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None


class _Attach(Body):
    server: int
    automount: bool = False


class _Resize(Body):
    size: Gigabytes


class _Protection(Body):
    delete: bool | None = None


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /volumes, for a server or in a location."""
    body = read_body(call, _Create)
    cloud.volumes.check_name_is_free(body.name)
    if (body.server is None) is (body.location is None):
        raise invalid_input({"location": ["give either server or location"]})
    if body.server is not None:
        place = cloud.servers.get(body.server).location
    else:
        location = offered(cloud.catalogue.locations, body.location or "")
        if location is None:
            raise invalid_input({"location": [f"no location {body.location!r}"]})
        place = location.name
    number = next(cloud.ids)
    volume = Volume(number, body.name, body.size, place, body.format, body.labels, cloud.now())
    cloud.volumes.put(volume)
    action = await cloud.actions.start("create_volume", [volume.target], fate=call.fate)
    following: list[JsonObject] = []
    if body.server is not None:
        following.append(await _moved(cloud, call, volume, body.server))
    shown = cloud.volumes.get(volume.id).shape(cloud)
    return Answer(201, {"volume": shown, "action": action.shape(), "next_actions": following})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /volumes."""
    return page(call, "volumes", filtered(call, cloud.volumes), lambda volume: volume.shape(cloud))


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /volumes/{id}."""
    return Answer(200, {"volume": cloud.volumes.get(call.params["id"]).shape(cloud)})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /volumes/{id}."""
    volume, body = cloud.volumes.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        cloud.volumes.check_name_is_free(body.name, except_for=volume.id)
    changed = replace(
        volume,
        name=volume.name if body.name is None else body.name,
        labels=volume.labels if body.labels is None else body.labels,
    )
    return Answer(200, {"volume": cloud.volumes.put(changed).shape(cloud)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /volumes/{id}; it has to be detached first."""
    volume = cloud.volumes.get(call.params["id"])
    if volume.delete_protected:
        raise protected("volume", "delete")
    if volume.server is not None:
        raise refused("resource_in_use", "volume is still attached to a server")
    cloud.volumes.drop(volume.id)
    return Answer(204)


async def attach(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /volumes/{id}/actions/attach."""
    volume, body = _idle(cloud, call), read_body(call, _Attach)
    if volume.server is not None:
        raise refused("volume_already_attached", "volume is already attached to a server")
    if cloud.servers.get(body.server).location != volume.location:
        raise invalid_input({"server": ["server and volume are in different locations"]})
    return Answer(201, {"action": await _moved(cloud, call, volume, body.server)})


async def detach(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /volumes/{id}/actions/detach."""
    volume = _idle(cloud, call)
    if volume.server is None:
        raise refused("volume_not_attached", "volume is not attached to a server")
    return Answer(201, {"action": await _moved(cloud, call, volume, None)})


async def resize(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /volumes/{id}/actions/resize; a volume only grows."""
    volume, body = _idle(cloud, call), read_body(call, _Resize)
    if body.size <= volume.size:
        raise invalid_input({"size": [f"must be greater than {volume.size}"]})
    action = await cloud.actions.start(
        "resize_volume",
        [volume.target],
        effect=lambda: cloud.volumes.put(replace(volume, size=body.size)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def change_protection(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /volumes/{id}/actions/change_protection."""
    volume, body = cloud.volumes.get(call.params["id"]), read_body(call, _Protection)
    wanted = volume.delete_protected if body.delete is None else body.delete
    action = await cloud.actions.start(
        "change_protection",
        [volume.target],
        effect=lambda: cloud.volumes.put(replace(volume, delete_protected=wanted)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _idle(cloud: HetznerCloud, call: Call) -> Volume:
    volume = cloud.volumes.get(call.params["id"])
    if cloud.actions.running(volume.target, _BUSY):
        raise locked("volume")
    return volume


async def _moved(cloud: HetznerCloud, call: Call, volume: Volume, server: int | None) -> JsonObject:
    other = server if server is not None else volume.server
    assert other is not None
    action = await cloud.actions.start(
        "detach_volume" if server is None else "attach_volume",
        [Target("server", other), volume.target],
        effect=lambda: cloud.volumes.put(replace(volume, server=server)),
        fate=call.fate,
    )
    return action.shape()
