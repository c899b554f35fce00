"""``hcloud:index/primaryIp:PrimaryIp``: an address that outlives the server it is assigned to."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.errors import code_of
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    FrameworkType,
    by_id,
    labels,
    named,
    number,
    present,
    token_of,
)
from ffinfra.lab.plugins.planning import known
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry
from ffinfra.provider.resource_type import Refusal

DELETE_TRIES: Final = 10


class PrimaryIp(FrameworkType):
    """Deleting one that its server still holds powers the server off for a moment."""

    token = token_of("PrimaryIp")
    fields: ClassVar[Fields] = {
        "name": named(),
        "type": Field(required=True, replaces=True),
        "location": Field(computed=True, stable=True, replaces=True),
        "datacenter": Field(
            computed=True,
            stable=True,
            replaces=True,
            unsupported="Hetzner's API has no datacenters any more; give a location",
        ),
        "assigneeId": Field(kind=Kind.WHOLE, computed=True),
        "assigneeType": Field(computed=True),
        "autoDelete": Field(kind=Kind.TRUTH, default=False),
        "labels": labels(default=True),
        "deleteProtection": Field(kind=Kind.TRUTH, default=False),
        "ipAddress": Field(output_only=True, stable=True),
        "ipNetwork": Field(output_only=True, stable=True),
    }

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """It has a location or an assignee, never both."""
        if ("location" in values) == ("assigneeId" in values):
            yield Refusal("location", "exactly one of location and assigneeId must be given")
        if "assigneeId" in values and "assigneeType" not in values:
            yield Refusal("assigneeId", "assigneeId and assigneeType must be given together")

    def make(self, plan: Values, born: Born) -> Values:
        """POST, wait, the protection where asked for, GET."""
        body = {"name": plan["name"], "type": plan["type"], "labels": plan["labels"]}
        body["auto_delete"] = plan["autoDelete"]
        if known(plan, "location"):
            body["location"] = plan["location"]
        else:
            body |= {"assignee_id": plan["assigneeId"], "assignee_type": plan["assigneeType"]}
        answer = self.api.post("/primary_ips", body)
        resource_id = str(answer["primary_ip"]["id"])
        self.actions.settle([answer.get("action")])
        if plan["deleteProtection"]:
            self._act(resource_id, "change_protection", {"delete": True})
        outputs = _outputs(self.api.get(f"/primary_ips/{resource_id}")["primary_ip"], plan)
        born(resource_id)
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET."""
        found = by_id(self.api, "/primary_ips", "primary_ip", number(resource_id))
        return (str(found["id"]), _outputs(found, state)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """The protection, the assignment, and always a PUT, even of nothing."""
        if "deleteProtection" in changed:
            self._act(resource_id, "change_protection", {"delete": plan["deleteProtection"]})
        if changed & {"assigneeId", "assigneeType"}:
            self._assign(resource_id, state, plan)
        names = {"name": "name", "labels": "labels", "autoDelete": "auto_delete"}
        body = {name: plan[key] for key, name in names.items() if key in changed}
        return _outputs(self.api.put(f"/primary_ips/{resource_id}", body)["primary_ip"], plan)

    def remove(self, resource_id: str, state: Values) -> None:
        """Unassign where the state says it is assigned, then DELETE, again on nearly all errors."""
        if state.get("assigneeId"):
            self._unassign(resource_id, state)
        retry(
            self.connection.waiter,
            DELETE_TRIES,
            lambda: self.api.delete_if_there(f"/primary_ips/{resource_id}"),
            lambda error: code_of(error) != "protected",
        )

    def _assign(self, resource_id: str, state: Values, plan: Values) -> None:
        if state.get("assigneeId"):
            self._act(resource_id, "unassign")
        if known(plan, "assigneeId"):
            body = {"assignee_id": plan["assigneeId"], "assignee_type": plan["assigneeType"]}
            self._act(resource_id, "assign", body)

    def _unassign(self, resource_id: str, state: Values) -> None:
        """Errors of the requests are not heeded: it may be unassigned already."""
        if state.get("assigneeType") != "server":
            self._settle_unheeding(f"/primary_ips/{resource_id}/actions/unassign")
            return
        server = None
        with contextlib.suppress(RemoteError):
            server = by_id(self.api, "/servers", "server", str(state["assigneeId"]))
        if server is None or int(resource_id) not in _held_by(server):
            return
        self._settle_unheeding(f"/servers/{server['id']}/actions/poweroff")
        self._settle_unheeding(f"/primary_ips/{resource_id}/actions/unassign")
        self._settle_unheeding(f"/servers/{server['id']}/actions/poweron")

    def _settle_unheeding(self, path: str) -> None:
        action = None
        with contextlib.suppress(RemoteError):
            action = self.api.post(path).get("action")
        self.actions.settle([action])

    def _act(self, resource_id: str, verb: str, body: dict[str, Any] | None = None) -> None:
        answer = self.api.post(f"/primary_ips/{resource_id}/actions/{verb}", body)
        self.actions.settle([answer.get("action")])


def _outputs(address: dict[str, Any], earlier: Values) -> Values:
    text = address.get("ip", "")
    is_range = address.get("type") == "ipv6"
    network = ipaddress.IPv6Interface(text) if is_range and text else None
    datacenter = (address.get("datacenter") or {}).get("name") or known(earlier, "datacenter")
    return present(
        {
            "id": str(address["id"]),
            "name": address.get("name", ""),
            "type": address.get("type", ""),
            "location": (address.get("location") or {}).get("name", ""),
            "datacenter": datacenter,
            "assigneeId": address.get("assignee_id") or 0,
            "assigneeType": address.get("assignee_type") or "",
            "autoDelete": bool(address.get("auto_delete")),
            "labels": address.get("labels"),
            "deleteProtection": bool((address.get("protection") or {}).get("delete")),
            "ipAddress": str(network.ip) if network else text,
            "ipNetwork": str(network.network) if network else None,
        }
    )


def _held_by(server: dict[str, Any]) -> set[int]:
    public = server.get("public_net") or {}
    return {part["id"] for part in (public.get("ipv4"), public.get("ipv6")) if part and "id" in part}
