"""``hcloud:index/placementGroup:PlacementGroup``: servers that shall not share a host."""

from __future__ import annotations

from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    SdkType,
    by_id,
    filled,
    labels,
    named,
    present,
    still_there,
    token_of,
)
from ffinfra.lab.plugins.remote import WouldCrashError
from ffinfra.lab.plugins.values import Values


class PlacementGroup(SdkType):
    """Deleting what has vanished is an error here, unlike elsewhere."""

    token = token_of("PlacementGroup")
    fields: ClassVar[Fields] = {
        "name": named(),
        "type": Field(required=True, allowed=("spread",)),
        "labels": labels(default=False),
        "servers": Field(kind=Kind.SET, element=Field(kind=Kind.WHOLE), output_only=True),
    }

    def make(self, plan: Values, born: Born) -> Values:
        """POST, wait, GET."""
        body = {"name": plan["name"], "type": plan["type"], **filled({"labels": plan.get("labels")})}
        answer = self.api.post("/placement_groups", body)
        resource_id = str(answer["placement_group"]["id"])
        born(resource_id)
        self.actions.wait_each([answer.get("action")])
        return still_there(self.look(resource_id, {}), "Create", resource_id)

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET."""
        del state
        found = by_id(self.api, "/placement_groups", "placement_group", resource_id)
        return (str(found["id"]), _outputs(found)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """GET, one PUT for each field, GET."""
        path = f"/placement_groups/{resource_id}"
        if self.look(resource_id, state) is None and changed:
            panic, way_out = "nil pointer dereference", "Run `pulumi refresh` first"
            raise WouldCrashError("update of a placement group that is gone", panic, way_out)
        if "name" in changed:
            self.api.put(path, {"name": plan["name"]})
        if "labels" in changed:
            self.api.put(path, {"labels": plan.get("labels") or {}})
        return still_there(self.look(resource_id, state), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE."""
        del state
        self.api.delete(f"/placement_groups/{resource_id}")


def _outputs(group: dict[str, Any]) -> Values:
    return present(
        {
            "id": str(group["id"]),
            "name": group.get("name", ""),
            "type": group.get("type", ""),
            "labels": group.get("labels") or {},
            "servers": group.get("servers") or [],
        }
    )
