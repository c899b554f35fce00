"""``hcloud:index/server:Server``: a virtual machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Fields
from ffinfra.lab.plugins.hcloud.hcloud_type import SdkType, by_id_or_name, still_there, token_of
from ffinfra.lab.plugins.hcloud.server_creation import creation_body
from ffinfra.lab.plugins.hcloud.server_fields import FIELDS, outputs
from ffinfra.lab.plugins.hcloud.server_networks import ServerNetworks, network_number
from ffinfra.lab.plugins.hcloud.server_public_net import PublicNet
from ffinfra.lab.plugins.planning import known
from ffinfra.lab.plugins.remote import RemoteError, StandInError, WouldCrashError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry
from ffinfra.provider.properties import UNKNOWN, Properties, contains_unknown
from ffinfra.provider.resource_type import Difference, Refusal

SHUTDOWN_TRIES: Final = 5


class Server(SdkType):
    """Image, location, keys and user data are another server; anything else changes this one."""

    token = token_of("Server")
    fields: ClassVar[Fields] = FIELDS

    def fill_in(self, name: str, inputs: Properties, old_inputs: Properties, seed: bytes) -> Properties:
        """Every network has alias addresses, if none (pulumi-hcloud, provider/resources.go)."""
        filled_in = super().fill_in(name, inputs, old_inputs, seed)
        networks = filled_in.values.get("networks")
        if not isinstance(networks, list):
            return filled_in
        completed = [{"aliasIps": [], **item} if isinstance(item, dict) else item for item in networks]
        return filled_in.with_values({**filled_in.values, "networks": completed})

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """Each network once, by its number or its subnet, and addresses inside the subnet."""
        if contains_unknown(values.get("networks")):
            return
        seen: set[int] = set()
        for index, item in enumerate(values.get("networks") or []):
            path = f"networks[{index}]"
            try:
                number = network_number(item)
            except StandInError as error:
                yield Refusal(path, str(error))
                continue
            if not number:
                yield Refusal(path, "must specify either network_id or subnet_id")
            elif number in seen:
                yield Refusal(path, f"server is only allowed to be attached to each network once: {number}")
            seen.add(number)
            yield from _refused_place(path, item, number)

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Compare; the real plugin does not survive networks that are not known yet."""
        if state.values.get("networks") and contains_unknown(inputs.values.get("networks")):
            panic = "can't use ElementIterator on unknown value"
            way_out = "Change the network first, or take the server out of it, in an update of its own"
            raise WouldCrashError("preview of a server whose networks are being replaced", panic, way_out)
        found = super().diff(state, inputs)
        if not inputs.values.get("ignoreRemoteFirewallIds"):
            return found
        kept = {path: kind for path, kind in found.changes.items() if not path.startswith("firewallIds")}
        return Difference(kept, found.delete_before_replace and any(kind.replaces for kind in kept.values()))

    def make(self, plan: Values, born: Born) -> Values:
        """Look up, POST, wait, attach, back up, protect, GET."""
        body = creation_body(self.api, plan)
        answer = self.api.post("/servers", body)
        server = answer["server"]
        resource_id = str(server["id"])
        born(resource_id)
        for action in [answer.get("action"), *(answer.get("next_actions") or [])]:
            self.actions.wait_each([action])
        places = ServerNetworks(self.connection, resource_id)
        for declared in plan.get("networks") or []:
            places.attach(declared)
        if body.get("start_after_create") is False:
            PublicNet(self.connection, server).power_on()
        self._set_backups(resource_id, server, backups=plan["backups"])
        if plan["deleteProtection"] or plan["rebuildProtection"]:
            self._protect(resource_id, plan)
        return still_there(self.look(resource_id, plan), "Create", resource_id)

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET and, where that finds nothing, a search by name."""
        found = by_id_or_name(self.api, "/servers", "server", resource_id)
        earlier = {key: value for key, value in state.items() if value is not UNKNOWN}
        return (str(found["id"]), outputs(found, earlier)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """GET, one request after the other for what differs, GET."""
        server = by_id_or_name(self.api, "/servers", "server", resource_id)
        if server is None:
            still_there(None, "Update", resource_id)
        assert server is not None
        self._change_machine(resource_id, server, plan, changed)
        if "networks" in changed:
            places = ServerNetworks(self.connection, resource_id)
            places.change(server.get("private_net") or [], plan.get("networks") or [])
        if "firewallIds" in changed:
            self._change_firewalls(server, plan["firewallIds"])
        if "publicNets" in changed:
            old, new = state.get("publicNets") or [], plan.get("publicNets") or []
            PublicNet(self.connection, server).change(old, new)
        if "placementGroupId" in changed:
            self._change_placement(resource_id, server, plan.get("placementGroupId") or 0)
        if changed & {"deleteProtection", "rebuildProtection"}:
            self._protect(resource_id, plan)
        return still_there(self.look(resource_id, plan), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """Shut down where asked for, whatever the protection says; DELETE, wait."""
        if state.get("shutdownBeforeDeletion"):
            self._act(resource_id, "shutdown")
            self._await_off(resource_id)
        answer = self.api.delete(f"/servers/{resource_id}")
        self.actions.wait_each([answer.get("action")])

    def _await_off(self, resource_id: str) -> None:
        """GET until it is off, after 0, 1, 3, 7 and 15 s; after 31 s it is deleted all the same."""

        def look() -> None:
            server = self.api.get(f"/servers/{resource_id}")["server"]
            if server.get("status") != "off":
                raise _StillOnError("server has not shut down yet")

        try:
            tries = SHUTDOWN_TRIES
            retry(self.connection.waiter, tries, look, lambda error: isinstance(error, _StillOnError))
        except RemoteError:
            return

    def _change_machine(
        self, resource_id: str, server: dict[str, Any], plan: Values, changed: frozenset[str]
    ) -> None:
        if "name" in changed:
            self.api.put(f"/servers/{resource_id}", {"name": plan["name"]})
        if "labels" in changed:
            self.api.put(f"/servers/{resource_id}", {"labels": plan.get("labels") or {}})
        if "serverType" in changed:
            self._change_type(resource_id, server, plan)
        if "backups" in changed:
            self._set_backups(resource_id, server, backups=plan["backups"])

    def _change_type(self, resource_id: str, server: dict[str, Any], plan: Values) -> None:
        """Off where it runs; the API starts it again itself."""
        if server.get("status") == "running":
            self._act(resource_id, "poweroff")
        body = {"server_type": plan["serverType"], "upgrade_disk": not plan["keepDisk"]}
        self._act(resource_id, "change_type", body)

    def _change_firewalls(self, server: dict[str, Any], wanted: list[int]) -> None:
        found = [item["id"] for item in (server.get("public_net") or {}).get("firewalls") or []]
        target = [{"type": "server", "server": {"id": server["id"]}}]
        for number in found:
            if number not in wanted:
                path = f"/firewalls/{number}/actions/remove_from_resources"
                self.actions.wait_each(self.api.post(path, {"remove_from": target}).get("actions") or [])
        for number in wanted:
            if number not in found:
                path = f"/firewalls/{number}/actions/apply_to_resources"
                self.actions.wait_each(self.api.post(path, {"apply_to": target}).get("actions") or [])

    def _change_placement(self, resource_id: str, server: dict[str, Any], group: int) -> None:
        if server.get("placement_group"):
            if server.get("status") != "off":
                raise StandInError(
                    "removing a running server from a placement group is currently not supported in the "
                    "provider. Shut it down, run the update again and start it by hand"
                )
            self._act(resource_id, "remove_from_placement_group")
        if group:
            if self.api.find(f"/placement_groups/{group}") is None:
                raise StandInError(f"placement group not found: {group}")
            self._act(resource_id, "add_to_placement_group", {"placement_group": group})

    def _set_backups(self, resource_id: str, server: dict[str, Any], *, backups: bool) -> None:
        if bool(server.get("backup_window")) != backups:
            self._act(resource_id, "enable_backup" if backups else "disable_backup")

    def _protect(self, resource_id: str, plan: Values) -> None:
        body = {"rebuild": plan["rebuildProtection"], "delete": plan["deleteProtection"]}
        self._act(resource_id, "change_protection", body)

    def _act(self, resource_id: str, verb: str, body: dict[str, Any] | None = None) -> None:
        answer = self.api.post(f"/servers/{resource_id}/actions/{verb}", body)
        self.actions.wait_each([answer.get("action")])


class _StillOnError(RemoteError):
    pass


def _refused_place(path: str, declared: Values, number: int) -> Iterator[Refusal]:
    subnet, address = declared.get("subnetId"), declared.get("ip")
    given = known(declared, "networkId")
    if subnet and given and int(given) != number:
        text = f"subnet_id ({subnet}) does not belong to the specified network_id ({given})"
        yield Refusal(path, text)
    if subnet and address:
        ip_range = ipaddress.ip_network(str(subnet).split("-", 1)[1], strict=False)
        if ipaddress.ip_address(address) not in ip_range:
            yield Refusal(path, f"server IP ({address}) is outside subnet IP range ({ip_range})")
