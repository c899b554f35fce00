"""Placement groups of type ``spread``: their servers run on different hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.errors import refused
from ffinfra.lab.clouds.hetzner.listing import filtered, page

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

LARGEST_SPREAD = 10
"""Servers per group (https://docs.hetzner.com/cloud/placement-groups/overview)."""


@dataclass(frozen=True, slots=True)
class PlacementGroup:
    """A group; its servers know it, not the other way round."""

    id: int
    name: str
    labels: Mapping[str, str]
    created: str

    def shape(self, cloud: HetznerCloud) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "labels": dict(self.labels),
            "type": "spread",
            "servers": members(cloud, self.id),
            "created": self.created,
        }


class _Create(Body):
    name: Name
    type: Literal["spread"]
    labels: NewLabels


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None


def members(cloud: HetznerCloud, group: int) -> list[int]:
    """The numbers of the servers in a group."""
    return [server.id for server in cloud.servers if server.placement_group == group]


def check_room(cloud: HetznerCloud, group: int) -> None:
    """Refuse one server too many.

    Raises:
        HetznerError: there is no such group, or it is full.
    """
    cloud.placement_groups.get(group)
    if len(members(cloud, group)) >= LARGEST_SPREAD:
        raise refused("placement_error", f"the placement group has {LARGEST_SPREAD} servers already")


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /placement_groups; it is there at once, so the answer's action is null."""
    body = read_body(call, _Create)
    cloud.placement_groups.check_name_is_free(body.name)
    group = PlacementGroup(next(cloud.ids), body.name, body.labels, cloud.now())
    return Answer(201, {"placement_group": cloud.placement_groups.put(group).shape(cloud), "action": None})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /placement_groups."""
    groups = filtered(call, cloud.placement_groups)
    return page(call, "placement_groups", groups, lambda group: group.shape(cloud))


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /placement_groups/{id}."""
    return Answer(200, {"placement_group": cloud.placement_groups.get(call.params["id"]).shape(cloud)})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /placement_groups/{id}."""
    group, body = cloud.placement_groups.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        cloud.placement_groups.check_name_is_free(body.name, except_for=group.id)
    changed = replace(
        group,
        name=group.name if body.name is None else body.name,
        labels=group.labels if body.labels is None else body.labels,
    )
    return Answer(200, {"placement_group": cloud.placement_groups.put(changed).shape(cloud)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /placement_groups/{id}; refused while servers are in it."""
    group = cloud.placement_groups.get(call.params["id"])
    if members(cloud, group.id):
        raise refused("resource_in_use", "placement group is still in use")
    cloud.placement_groups.drop(group.id)
    return Answer(204)
