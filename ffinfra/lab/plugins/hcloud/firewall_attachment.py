"""``hcloud:index/firewallAttachment:FirewallAttachment``: a firewall's servers; its id is the firewall's."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.errors import ApiError
from ffinfra.lab.plugins.hcloud.hcloud_type import SdkType, by_id, still_there, token_of
from ffinfra.lab.plugins.remote import StandInError
from ffinfra.lab.plugins.values import Values

T = TypeVar("T", int, str)

Targets = tuple[list[int], list[str]]
"""Server ids and label selectors."""


class FirewallAttachment(SdkType):
    """Reading adds what the API knows to what the state knows, so a detached server is never noticed."""

    token = token_of("FirewallAttachment")
    fields: ClassVar[Fields] = {
        "firewallId": Field(kind=Kind.WHOLE, required=True, replaces=True),
        "serverIds": Field(kind=Kind.SET, element=Field(kind=Kind.WHOLE)),
        "labelSelectors": Field(kind=Kind.SET, element=Field()),
    }

    def make(self, plan: Values, born: Born) -> Values:
        """POST apply_to_resources, wait, GET; it is remembered only after all that."""
        firewall = str(plan["firewallId"])
        path = f"/firewalls/{firewall}/actions/apply_to_resources"
        try:
            answer = self.api.post(path, {"apply_to": _resources(_targets(plan))})
        except ApiError as error:
            if error.code != "firewall_already_applied":
                raise
            answer = {}
        self.actions.wait_each(answer.get("actions") or [])
        outputs = still_there(self.look(firewall, plan), "Create", firewall)
        born(firewall)
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """GET the firewall."""
        if not resource_id.isdecimal():
            raise StandInError(f'strconv.ParseInt: parsing "{resource_id}": invalid syntax')
        firewall = by_id(self.api, "/firewalls", "firewall", str(state.get("firewallId") or resource_id))
        if firewall is None:
            return None
        servers, selectors = _found(firewall)
        outputs: Values = {"id": str(firewall["id"]), "firewallId": firewall["id"]}
        all_servers = list(dict.fromkeys([*sorted(state.get("serverIds") or []), *servers]))
        all_selectors = list(dict.fromkeys([*sorted(state.get("labelSelectors") or []), *selectors]))
        if all_servers:
            outputs["serverIds"] = all_servers
        if all_selectors:
            outputs["labelSelectors"] = all_selectors
        return str(firewall["id"]), outputs

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """GET, take off what is too much, put on what lacks, wait for both, GET."""
        del state, changed
        servers, selectors = _targets(plan)
        path = f"/firewalls/{resource_id}"
        firewall = by_id(self.api, "/firewalls", "firewall", resource_id)
        if firewall is None:
            still_there(None, "Update", resource_id)
        found_servers, found_selectors = _found(firewall or {})
        surplus = (_without(found_servers, servers), _without(found_selectors, selectors))
        lacking = (_without(servers, found_servers), _without(selectors, found_selectors))
        less = self.api.post(f"{path}/actions/remove_from_resources", {"remove_from": _resources(surplus)})
        more = self.api.post(f"{path}/actions/apply_to_resources", {"apply_to": _resources(lacking)})
        self.actions.wait_each([*(less.get("actions") or []), *(more.get("actions") or [])])
        return still_there(self.look(resource_id, plan), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """POST remove_from_resources of all that the state knows, wait."""
        path = f"/firewalls/{resource_id}/actions/remove_from_resources"
        answer = self.api.post(path, {"remove_from": _resources(_targets(state))})
        self.actions.wait_each(answer.get("actions") or [])


def _targets(values: Values) -> Targets:
    servers, selectors = sorted(values.get("serverIds") or []), sorted(values.get("labelSelectors") or [])
    if not servers and not selectors:
        raise StandInError("no resources referenced")
    return servers, selectors


def _found(firewall: dict[str, Any]) -> Targets:
    applied = firewall.get("applied_to") or []
    servers = [item["server"]["id"] for item in applied if item.get("type") == "server"]
    selectors = [
        item["label_selector"]["selector"] for item in applied if item.get("type") == "label_selector"
    ]
    return servers, selectors


def _without(items: list[T], others: list[T]) -> list[T]:
    return [item for item in items if item not in others]


def _resources(targets: Targets) -> list[dict[str, Any]]:
    servers, selectors = targets
    return [
        *({"type": "server", "server": {"id": server}} for server in servers),
        *({"type": "label_selector", "label_selector": {"selector": text}} for text in selectors),
    ]
