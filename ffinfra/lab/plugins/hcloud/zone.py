"""``hcloud:index/zone:Zone``: a zone of Hetzner DNS, its own primary or a secondary of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    FrameworkType,
    by_id,
    filled,
    labels,
    present,
    token_of,
)
from ffinfra.lab.plugins.planning import known
from ffinfra.lab.plugins.remote import StandInError
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.resource_type import Refusal


class Zone(FrameworkType):
    """Another name or mode is another zone, created before the old one goes."""

    token = token_of("Zone")
    fields: ClassVar[Fields] = {
        "name": Field(autonamed=True, replaces=True),
        "mode": Field(required=True, replaces=True),
        "ttl": Field(kind=Kind.WHOLE, default=3600),
        "labels": labels(default=True),
        "deleteProtection": Field(kind=Kind.TRUTH, computed=True),
        "primaryNameservers": Field(
            kind=Kind.LIST,
            element=Field(
                kind=Kind.OBJECT,
                members={
                    "address": Field(required=True),
                    "port": Field(kind=Kind.WHOLE, default=53),
                    "tsigAlgorithm": Field(),
                    "tsigKey": Field(),
                },
            ),
            computed=True,
        ),
        "authoritativeNameservers": Field(
            kind=Kind.OBJECT,
            members={"assigneds": Field(kind=Kind.LIST, element=Field(), output_only=True)},
            output_only=True,
        ),
        "registrar": Field(output_only=True),
    }

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """Only a secondary has primaries."""
        nameservers = values.get("primaryNameservers")
        if values["mode"] == "primary" and nameservers is not None:
            yield Refusal("primaryNameservers", "is forbidden when mode is primary")
        if values["mode"] == "secondary" and nameservers is None:
            yield Refusal("primaryNameservers", "is required when mode is secondary")
        if nameservers == []:
            yield Refusal("primaryNameservers", "must have at least one element")

    def make(self, plan: Values, born: Born) -> Values:
        """POST, the protection where given, one wait for both, GET."""
        body = {key: plan[key] for key in ("name", "mode", "ttl", "labels")}
        nameservers = known(plan, "primaryNameservers")
        if nameservers is not None:
            body["primary_nameservers"] = _sent(nameservers)
        answer = self.api.post("/zones", body)
        if not (answer.get("zone") or {}).get("id"):
            raise StandInError("the real plugin crashes here: the API's answer has no zone with an id")
        resource_id = str(answer["zone"]["id"])
        actions = [answer.get("action")]
        if known(plan, "deleteProtection") is not None:
            actions.append(self._act(resource_id, "change_protection", {"delete": plan["deleteProtection"]}))
        self.actions.settle(actions)
        outputs = _outputs(self.api.get(f"/zones/{resource_id}")["zone"])
        born(resource_id)
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET; an import may give the zone's name."""
        if state or resource_id.isdecimal():
            found = by_id(self.api, "/zones", "zone", resource_id)
        else:
            answer = self.api.find(f"/zones/{resource_id}")
            if answer is None:
                raise StandInError(f"Resource not found: Resource (zone) was not found: name={resource_id}")
            found = by_id(self.api, "/zones", "zone", str(answer["zone"]["id"]))
        return (str(found["id"]), _outputs(found)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """The actions, one wait for all, and always a PUT, even of nothing."""
        del state
        actions = []
        if "ttl" in changed:
            actions.append(self._act(resource_id, "change_ttl", {"ttl": plan["ttl"]}))
        if "primaryNameservers" in changed:
            body = {"primary_nameservers": _sent(plan["primaryNameservers"])}
            actions.append(self._act(resource_id, "change_primary_nameservers", body))
        if "deleteProtection" in changed:
            actions.append(self._act(resource_id, "change_protection", {"delete": plan["deleteProtection"]}))
        self.actions.settle(actions)
        body = {"labels": plan["labels"]} if "labels" in changed else {}
        return _outputs(self.api.put(f"/zones/{resource_id}", body)["zone"])

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE, wait; gone is good."""
        del state
        self.actions.settle([self.api.delete_if_there(f"/zones/{resource_id}").get("action")])

    def _act(self, resource_id: str, verb: str, body: dict[str, Any]) -> dict[str, Any] | None:
        action: dict[str, Any] | None
        action = self.api.post(f"/zones/{resource_id}/actions/{verb}", body).get("action")
        return action


def _sent(nameservers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {"tsigAlgorithm": "tsig_algorithm", "tsigKey": "tsig_key"}
    return [{names.get(key, key): value for key, value in filled(item).items()} for item in nameservers]


def _outputs(zone: dict[str, Any]) -> Values:
    assigned = (zone.get("authoritative_nameservers") or {}).get("assigned") or []
    return present(
        {
            "id": str(zone["id"]),
            "name": zone.get("name", ""),
            "mode": zone.get("mode", ""),
            "ttl": zone.get("ttl", 0),
            "labels": zone.get("labels"),
            "deleteProtection": bool((zone.get("protection") or {}).get("delete")),
            "primaryNameservers": [_nameserver(item) for item in zone.get("primary_nameservers") or []],
            "authoritativeNameservers": {"assigneds": assigned},
            "registrar": zone.get("registrar") or "",
        }
    )


def _nameserver(item: dict[str, Any]) -> Values:
    return filled(
        {
            "address": item.get("address"),
            "port": item.get("port"),
            "tsigAlgorithm": item.get("tsig_algorithm"),
            "tsigKey": item.get("tsig_key"),
        }
    )
