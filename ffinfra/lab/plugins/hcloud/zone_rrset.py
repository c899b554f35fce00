"""``hcloud:index/zoneRrset:ZoneRrset``: all records of one name and type; its id is like www/A."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.hcloud_type import FrameworkType, filled, labels, present, token_of
from ffinfra.lab.plugins.planning import known
from ffinfra.lab.plugins.remote import StandInError
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.resource_type import Refusal


class ZoneRrset(FrameworkType):
    """Values are sent and compared as they are written; the API's own form shows as a difference.

    The SOA belongs to the API: creating only reads it, deleting asks for nothing, its serial reads as 0.
    """

    token = token_of("ZoneRrset")
    fields: ClassVar[Fields] = {
        "zone": Field(required=True, replaces=True),
        "name": Field(autonamed=True, replaces=True),
        "type": Field(required=True, replaces=True),
        "ttl": Field(kind=Kind.WHOLE),
        "labels": labels(default=True),
        "changeProtection": Field(kind=Kind.TRUTH, computed=True),
        "records": Field(
            kind=Kind.SET,
            element=Field(kind=Kind.OBJECT, members={"value": Field(required=True), "comment": Field()}),
            required=True,
        ),
    }

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """An RRset has records."""
        if values["records"] == []:
            yield Refusal("records", "must have at least one element")

    def make(self, plan: Values, born: Born) -> Values:
        """POST, the protection where given, one wait for both, GET."""
        rrset_id = f"{plan['name']}/{plan['type']}"
        path = _path(plan["zone"], rrset_id)
        actions = []
        if plan["type"] == "SOA":
            if self.api.find(path) is None:
                raise StandInError(f"Resource not found: Resource (zone rrset) was not found: id={rrset_id}")
        else:
            answer = self.api.post(f"/zones/{plan['zone']}/rrsets", _body(plan))
            rrset_id = str(answer["rrset"]["id"])
            path = _path(plan["zone"], rrset_id)
            actions.append(answer.get("action"))
        if known(plan, "changeProtection") is not None:
            actions.append(self._act(path, "change_protection", {"change": plan["changeProtection"]}))
        self.actions.settle(actions)
        outputs = _outputs(self.api.get(path)["rrset"], plan["zone"])
        born(outputs["id"])
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET; an import's id is ZONE/NAME/TYPE."""
        zone = state.get("zone")
        if not zone:
            zone, slash, resource_id = resource_id.partition("/")
            if not slash:
                form = "$ZONE_ID_OR_NAME/$RRSET_NAME/$RRSET_TYPE"
                raise StandInError(f"Invalid import ID: expected '{form}' but received '{zone}'.")
        answer = self.api.find(_path(zone, resource_id))
        return (resource_id, _outputs(answer["rrset"], zone)) if answer else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """Protection off first and on last; the TTL, all records, one wait; always a PUT."""
        path = _path(state["zone"], resource_id)
        protect = plan["changeProtection"] if "changeProtection" in changed else None
        if protect is False:
            self.actions.settle([self._act(path, "change_protection", {"change": False})])
        actions = []
        if "ttl" in changed:
            actions.append(self._act(path, "change_ttl", {"ttl": plan.get("ttl")}))
        if "records" in changed:
            body = {"records": [filled(record) for record in plan["records"]]}
            actions.append(self._act(path, "set_records", body))
        self.actions.settle(actions)
        rrset = self.api.put(path, {"labels": plan["labels"]} if "labels" in changed else {})["rrset"]
        if protect is True:
            self.actions.wait_each([self._act(path, "change_protection", {"change": True})])
            rrset["protection"] = {"change": True}
        return _outputs(rrset, state["zone"])

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE, wait; gone is good."""
        if state.get("type") == "SOA":
            return
        self.actions.settle([self.api.delete_if_there(_path(state["zone"], resource_id)).get("action")])

    def _act(self, path: str, verb: str, body: dict[str, Any]) -> dict[str, Any] | None:
        action: dict[str, Any] | None = self.api.post(f"{path}/actions/{verb}", body).get("action")
        return action


def _path(zone: str, rrset_id: str) -> str:
    return f"/zones/{zone}/rrsets/{rrset_id}"


def _body(plan: Values) -> dict[str, Any]:
    body = present({"name": plan["name"], "type": plan["type"], "ttl": plan.get("ttl")})
    records = [filled(record) for record in plan["records"]]
    return {**body, "labels": plan["labels"], "records": records}


def _outputs(rrset: dict[str, Any], zone: str) -> Values:
    records = [filled({"value": item["value"], "comment": item.get("comment")}) for item in rrset["records"]]
    if rrset.get("type") == "SOA":
        records = [{**record, "value": _without_serial(record["value"])} for record in records]
    return present(
        {
            "id": str(rrset["id"]),
            "zone": zone,
            "name": rrset.get("name", ""),
            "type": rrset.get("type", ""),
            "ttl": rrset.get("ttl"),
            "labels": rrset.get("labels"),
            "changeProtection": bool((rrset.get("protection") or {}).get("change")),
            "records": records,
        }
    )


def _without_serial(value: str) -> str:
    parts = value.split(" ")
    if len(parts) > 2:
        parts[2] = "0"
    return " ".join(parts)
