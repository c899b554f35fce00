"""``hcloud:index/network:Network``: a private network."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    SdkType,
    by_id_or_name,
    filled,
    labels,
    named,
    protection,
    refused_range,
    still_there,
    token_of,
)
from ffinfra.lab.plugins.values import Values


class Network(SdkType):
    """Its range cannot be changed; its subnets are resources of their own."""

    token = token_of("Network")
    fields: ClassVar[Fields] = {
        "name": named(),
        "ipRange": Field(required=True, replaces=True, refusal=refused_range),
        "labels": labels(default=False),
        "deleteProtection": protection(),
        "exposeRoutesToVswitch": Field(kind=Kind.TRUTH, default=False),
    }

    def make(self, plan: Values, born: Born) -> Values:
        """POST, the protection where asked for, GET."""
        body = {
            "name": plan["name"],
            "ip_range": str(ipaddress.ip_network(plan["ipRange"], strict=False)),
            "expose_routes_to_vswitch": plan["exposeRoutesToVswitch"],
            **filled({"labels": plan.get("labels")}),
        }
        resource_id = str(self.api.post("/networks", body)["network"]["id"])
        born(resource_id)
        if plan["deleteProtection"]:
            self._protect(resource_id, protected=True)
        return still_there(self.look(resource_id, {}), "Create", resource_id)

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET and, where that finds nothing, a search by name."""
        del state
        found = by_id_or_name(self.api, "/networks", "network", resource_id)
        return (str(found["id"]), _outputs(found)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """GET, one PUT for each field, the protection, GET."""
        still_there(self.look(resource_id, state), "Update", resource_id)
        path = f"/networks/{resource_id}"
        if "name" in changed:
            self.api.put(path, {"name": plan["name"]})
        if "labels" in changed:
            self.api.put(path, {"labels": plan.get("labels") or {}})
        if "exposeRoutesToVswitch" in changed:
            self.api.put(path, {"expose_routes_to_vswitch": plan["exposeRoutesToVswitch"]})
        if "deleteProtection" in changed:
            self._protect(resource_id, protected=plan["deleteProtection"])
        return still_there(self.look(resource_id, state), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE; gone is good."""
        del state
        self.api.delete_if_there(f"/networks/{resource_id}")

    def _protect(self, resource_id: str, *, protected: bool) -> None:
        path = f"/networks/{resource_id}/actions/change_protection"
        self.actions.wait_each([self.api.post(path, {"delete": protected}).get("action")])


def _outputs(network: dict[str, Any]) -> Values:
    return {
        "id": str(network["id"]),
        "name": network.get("name", ""),
        "ipRange": network.get("ip_range") or "<nil>",
        "labels": network.get("labels") or {},
        "deleteProtection": bool((network.get("protection") or {}).get("delete")),
        "exposeRoutesToVswitch": bool(network.get("expose_routes_to_vswitch")),
    }
