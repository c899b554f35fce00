"""Looking actions up: by numbers, or those of a resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner.actions import Action, Status, Target
from ffinfra.lab.clouds.hetzner.errors import invalid_input, not_found
from ffinfra.lab.clouds.hetzner.listing import page, sorted_by_request

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

_MOST_IDS = 25
_SORT_FIELDS = ("id", "command", "status", "started", "finished")

CloudHandler = Callable[["HetznerCloud", Call], Awaitable[Answer]]


async def list_by_ids(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /actions?id=…&id=…; ids that do not exist are left out, as the real API does."""
    wanted = call.all_wanted("id")
    if not wanted or len(wanted) > _MOST_IDS or not all(text.isdigit() for text in wanted):
        raise invalid_input({"id": [f"give 1 to {_MOST_IDS} numbers of actions"]})
    found = [cloud.actions.find(number) for number in sorted({int(text) for text in wanted})]
    return _page(call, [action for action in found if action is not None])


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /actions/{id}."""
    return Answer(200, {"action": cloud.actions.get(call.params["action"]).shape()})


def of_kind(kind: str) -> CloudHandler:
    """GET /servers/actions and the like: all actions of a kind of resource."""

    async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
        return _page(call, [action for action in cloud.actions if _concerns(action, kind)])

    return list_all


def of_resource(kind: str) -> CloudHandler:
    """GET /servers/{id}/actions and the like; zones may be named."""

    async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
        return _page(call, cloud.actions.of(_target(cloud, kind, call)))

    return list_all


def one_of_resource(kind: str) -> CloudHandler:
    """GET /servers/{id}/actions/{action} and the like."""

    async def get_one(cloud: HetznerCloud, call: Call) -> Answer:
        action = cloud.actions.get(call.params["action"])
        if _target(cloud, kind, call) not in action.targets:
            raise not_found("action", action.id)
        return Answer(200, {"action": action.shape()})

    return get_one


def _page(call: Call, actions: list[Action]) -> Answer:
    statuses = call.all_wanted("status")
    unknown = set(statuses) - {status.value for status in Status}
    if unknown:
        raise invalid_input({"status": [f"no status {status!r}" for status in sorted(unknown)]})
    chosen = [action for action in actions if not statuses or action.status.value in statuses]
    return page(call, "actions", sorted_by_request(call, chosen, _SORT_FIELDS), Action.shape)


def _concerns(action: Action, kind: str) -> bool:
    return any(target.type == kind for target in action.targets)


def _target(cloud: HetznerCloud, kind: str, call: Call) -> Target:
    text = call.params["id"]
    if kind == "zone" and (zone := cloud.zones.find(text)) is not None:
        return zone.target
    if not text.isdigit():
        raise not_found(kind, text)
    return Target(kind, int(text))
