"""A change of a server's public addresses: off, re-assign, on (server/resource.go, updatePublicNet)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from ffinfra.lab.plugins.fields import Family
from ffinfra.lab.plugins.hcloud.settings import Connection
from ffinfra.lab.plugins.remote import RemoteError, StandInError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry

TRIES: Final = 5


class PublicNet:
    """The public addresses of one server as the API tells them before the change."""

    def __init__(self, connection: Connection, server: dict[str, Any]) -> None:
        self._connection = connection
        self._server_id = server["id"]
        public = server.get("public_net") or {}
        self._held = {version: (public.get(version) or {}).get("id") or 0 for version in ("ipv4", "ipv6")}

    def change(self, old: list[Values], new: list[Values]) -> None:
        """Power off, change both versions, power on; unchanged addresses are assigned anew too."""
        removed = next((item for item in old if item not in new), {})
        added = [item for item in new if item not in old]
        self._act(f"/servers/{self._server_id}/actions/poweroff")
        for version in ("ipv4", "ipv6"):
            if not added:
                self._forget(version, removed.get(version) or 0)
            for item in added:
                self._change_version(version, removed, item)
        self.power_on()

    def power_on(self) -> None:
        """POST poweron, again on any error."""
        path = f"/servers/{self._server_id}/actions/poweron"
        retry(self._connection.waiter, TRIES, lambda: self._act(path), lambda _: True)

    def _change_version(self, version: str, removed: Values, added: Values) -> None:
        enabled, number = added.get(f"{version}Enabled", True), added.get(version) or 0
        if not enabled and number:
            self.power_on()
            raise StandInError(
                f"this operation is not allowed: {version}_enabled = false | {version} = {number}"
            )
        if enabled and number:
            self._assign(version, number, keep_old=bool(removed.get(version)))
        elif not enabled:
            self._take_away(version, keep_old=bool(removed.get(version)))
        else:
            self._renew(version, removed)

    def _assign(self, version: str, number: int, *, keep_old: bool) -> None:
        if self._held[version]:
            self._unassign(self._held[version])
            if not keep_old:
                self._guarded(lambda: self._connection.api.delete(f"/primary_ips/{self._held[version]}"))
        body = {"assignee_id": self._server_id, "assignee_type": "server"}
        self._guarded(lambda: self._act(f"/primary_ips/{number}/actions/assign", body))

    def _take_away(self, version: str, *, keep_old: bool) -> None:
        if not self._held[version]:
            return
        self._guarded(lambda: self._unassign(self._held[version]))
        if not keep_old:
            self._guarded(lambda: self._connection.api.delete(f"/primary_ips/{self._held[version]}"))

    def _renew(self, version: str, removed: Values) -> None:
        """Enabled without a number: an address of its own where it had none or a named one."""
        was_enabled, was_named = removed.get(f"{version}Enabled", True), removed.get(version) or 0
        if was_enabled and was_named:
            self._guarded(lambda: self._unassign(was_named))
        if was_enabled == bool(was_named):
            self._guarded(lambda: self._make(version))

    def _forget(self, version: str, was_named: int) -> None:
        """The whole block is gone: named addresses are exchanged for made-up ones."""
        held = self._held[version]
        if not held or not was_named:
            return
        if held != was_named:
            name = version.replace("ip", "IP")
            text = f"Assigned {name} changed between plan and apply, please check and generate a new plan"
            raise StandInError(text)
        self._unassign(held)
        self._make(version)

    def _unassign(self, number: int) -> None:
        self._act(f"/primary_ips/{number}/actions/unassign")

    def _make(self, version: str) -> None:
        body = {
            "name": f"primary_ip-{random.randrange(1_000_000, 9_999_999)}",  # noqa: S311
            "type": version,
            "assignee_id": self._server_id,
            "assignee_type": "server",
            "auto_delete": True,
        }
        answer = self._connection.api.post("/primary_ips", body)
        self._connection.actions(Family.SDK_V2).wait_each([answer.get("action")])

    def _guarded(self, step: Callable[[], object]) -> None:
        """A step whose failure leaves the server running."""
        try:
            step()
        except RemoteError:
            self.power_on()
            raise

    def _act(self, path: str, body: dict[str, Any] | None = None) -> None:
        answer = self._connection.api.post(path, body)
        self._connection.actions(Family.SDK_V2).wait_each([answer.get("action")])
