"""``hcloud:index/firewall:Firewall``: rules for the servers it is applied to."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.errors import ApiError, code_of
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    SdkType,
    by_id,
    filled,
    labels,
    named,
    still_there,
    token_of,
)
from ffinfra.lab.plugins.remote import WouldCrashError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry
from ffinfra.provider.properties import Value

DELETE_TRIES = 10


def normal_range(value: Value) -> Value:
    """The form that the API returns: 192.0.2.1 is 192.0.2.1/32, letters are small; else as it is."""
    try:
        interface = ipaddress.ip_interface(value)
    except ValueError:
        return value
    return str(interface)


def _refused_source(value: Value) -> str:
    try:
        ipaddress.ip_network(normal_range(value))
    except ValueError as error:
        return f"{error}; a firewall takes an address or the start of a range"
    return ""


def _addresses() -> Field:
    return Field(kind=Kind.SET, element=Field(stored=normal_range, refusal=_refused_source))


class Firewall(SdkType):
    """Rules can be changed but never taken away: an empty list of rules asks the API for nothing."""

    token = token_of("Firewall")
    fields: ClassVar[Fields] = {
        "name": named(),
        "labels": Field(kind=Kind.MAP, computed=True, refusal=labels(default=False).refusal),
        "applyTos": Field(
            kind=Kind.SET,
            element=Field(
                kind=Kind.OBJECT,
                members={
                    "labelSelector": Field(computed=True),
                    "server": Field(kind=Kind.WHOLE, computed=True),
                },
            ),
            computed=True,
            unsupported="use the server's firewallIds or a FirewallAttachment; several ways fight",
        ),
        "rules": Field(
            kind=Kind.SET,
            element=Field(
                kind=Kind.OBJECT,
                members={
                    "direction": Field(required=True, allowed=("in", "out")),
                    "protocol": Field(required=True, allowed=("icmp", "tcp", "udp", "esp", "gre")),
                    "port": Field(),
                    "sourceIps": _addresses(),
                    "destinationIps": _addresses(),
                    "description": Field(),
                },
            ),
        ),
    }

    def make(self, plan: Values, born: Born) -> Values:
        """POST, wait, GET; it is remembered only after the wait."""
        body = {"name": plan["name"]}
        body |= filled({"labels": plan.get("labels"), "rules": _sent(plan.get("rules"))})
        answer = self.api.post("/firewalls", body)
        resource_id = str(answer["firewall"]["id"])
        self.actions.wait_each(answer.get("actions") or [])
        born(resource_id)
        return still_there(self.look(resource_id, {}), "Create", resource_id)

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET."""
        del state
        found = by_id(self.api, "/firewalls", "firewall", resource_id)
        return (str(found["id"]), _outputs(found)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """GET, PUT the name, set_rules, PUT the labels, GET."""
        if self.look(resource_id, state) is None and changed:
            raise _gone("update")
        path = f"/firewalls/{resource_id}"
        if "name" in changed:
            self.api.put(path, {"name": plan["name"]})
        if "rules" in changed and plan.get("rules"):
            answer = self.api.post(f"{path}/actions/set_rules", {"rules": _sent(plan["rules"])})
            self.actions.wait_each(answer.get("actions") or [])
        if "labels" in changed:
            self.api.put(path, {"labels": plan["labels"]})
        return still_there(self.look(resource_id, state), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """GET, take it off what it is applied to, DELETE, again while it is in use."""
        del state
        path = f"/firewalls/{resource_id}"
        firewall = by_id(self.api, "/firewalls", "firewall", resource_id)
        if firewall is None:
            raise _gone("deletion")
        if firewall.get("applied_to"):
            self._take_off(path, firewall["applied_to"])
        retry(
            self.connection.waiter,
            DELETE_TRIES,
            lambda: self.api.delete_if_there(path),
            lambda error: code_of(error) in ("conflict", "resource_in_use"),
        )

    def _take_off(self, path: str, applied_to: list[dict[str, Any]]) -> None:
        kept = ("type", "server", "label_selector")
        resources = [{key: item[key] for key in kept if item.get(key)} for item in applied_to]
        try:
            answer = self.api.post(f"{path}/actions/remove_from_resources", {"remove_from": resources})
        except ApiError as error:
            if error.code in ("firewall_resource_not_found", "not_found"):
                return
            raise
        self.actions.wait_each(answer.get("actions") or [])


def _gone(what: str) -> WouldCrashError:
    panic, way_out = "nil pointer dereference", "Run `pulumi refresh` first"
    return WouldCrashError(f"{what} of a firewall that is gone", panic, way_out)


def _sent(rules: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    names = {"sourceIps": "source_ips", "destinationIps": "destination_ips"}
    return [{names.get(key, key): value for key, value in filled(rule).items()} for rule in rules or []]


def _outputs(firewall: dict[str, Any]) -> Values:
    return {
        "id": str(firewall["id"]),
        "name": firewall.get("name", ""),
        "labels": firewall.get("labels") or {},
        "applyTos": [_applied(item) for item in firewall.get("applied_to") or []],
        "rules": [_rule(rule) for rule in firewall.get("rules") or []],
    }


def _applied(item: dict[str, Any]) -> Values:
    if item.get("type") == "label_selector":
        return {"labelSelector": item["label_selector"]["selector"]}
    return {"server": item["server"]["id"]}


def _rule(rule: dict[str, Any]) -> Values:
    return {
        "direction": rule.get("direction", ""),
        "protocol": rule.get("protocol", ""),
        **filled({"port": rule.get("port"), "description": rule.get("description")}),
        "sourceIps": rule.get("source_ips") or [],
        "destinationIps": rule.get("destination_ips") or [],
    }
