"""``hcloud:index/volume:Volume``: a disk that outlives the server it is attached to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.errors import ApiError
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    SdkType,
    by_id,
    filled,
    labels,
    named,
    protection,
    still_there,
    token_of,
)
from ffinfra.lab.plugins.remote import WouldCrashError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry

TRIES: Final = 5
LOCKED_PAUSE: Final = 0.5


class Volume(SdkType):
    """Another location is another volume; another format is noticed but does nothing."""

    token = token_of("Volume")
    fields: ClassVar[Fields] = {
        "name": named(),
        "size": Field(kind=Kind.WHOLE, required=True),
        "location": Field(computed=True, replaces=True),
        "serverId": Field(kind=Kind.WHOLE, computed=True),
        "labels": labels(default=False),
        "linuxDevice": Field(output_only=True),
        "automount": Field(kind=Kind.TRUTH),
        "format": Field(),
        "deleteProtection": protection(),
    }

    def make(self, plan: Values, born: Born) -> Values:
        """POST, wait for the action and each that follows, the protection where asked for, GET."""
        names = {"serverId": "server"}
        keys = ("serverId", "location", "labels", "automount", "format")
        optional = {names.get(key, key): value for key, value in filled(plan).items() if key in keys}
        answer = self._post({"name": plan["name"], "size": plan["size"], **optional})
        resource_id = str(answer["volume"]["id"])
        born(resource_id)
        for action in [answer.get("action"), *(answer.get("next_actions") or [])]:
            self.actions.wait_each([action])
        if plan["deleteProtection"]:
            self._act(resource_id, "change_protection", {"delete": True})
        return still_there(self.look(resource_id, plan), "Create", resource_id)

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET; what the API never tells stays as it was."""
        found = by_id(self.api, "/volumes", "volume", resource_id)
        return (str(found["id"]), _outputs(found, state)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """GET, the name, the server, the size, the labels, the protection, GET."""
        del state
        volume = by_id(self.api, "/volumes", "volume", resource_id)
        if volume is None and changed:
            raise _gone()
        path = f"/volumes/{resource_id}"
        if "name" in changed:
            self.api.put(path, {"name": plan["name"]})
        if "serverId" in changed:
            self._move(resource_id, attached=bool((volume or {}).get("server")), plan=plan)
        if "size" in changed:
            self._act(resource_id, "resize", {"size": plan["size"]})
        if "labels" in changed:
            self.api.put(path, {"labels": plan.get("labels") or {}})
        if "deleteProtection" in changed:
            self._act(resource_id, "change_protection", {"delete": plan["deleteProtection"]})
        return still_there(self.look(resource_id, plan), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """GET, detach where attached, DELETE, again on any error; gone is good."""
        del state
        volume = by_id(self.api, "/volumes", "volume", resource_id)
        if volume is None:
            return
        if volume.get("server"):
            self._retried(lambda: self._act(resource_id, "detach"))
        self._retried(lambda: self.api.delete(f"/volumes/{resource_id}"))

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        """A locked server is asked again without end, which only Ctrl-C ends."""
        while True:
            try:
                return self.api.post("/volumes", body)
            except ApiError as error:
                if error.code != "locked":
                    raise
                self.connection.waiter.wait(LOCKED_PAUSE)

    def _move(self, resource_id: str, *, attached: bool, plan: Values) -> None:
        if attached or not plan.get("serverId"):
            self._retried(lambda: self._act(resource_id, "detach"))
        if plan.get("serverId"):
            body = {"server": plan["serverId"], **filled({"automount": plan.get("automount")})}
            self._retried(lambda: self._act(resource_id, "attach", body))

    def _retried(self, step: Callable[[], object]) -> None:
        def attempt() -> None:
            try:
                step()
            except ApiError as error:
                if error.code != "not_found":
                    raise

        retry(self.connection.waiter, TRIES, attempt, lambda _: True)

    def _act(self, resource_id: str, verb: str, body: dict[str, Any] | None = None) -> None:
        answer = self.api.post(f"/volumes/{resource_id}/actions/{verb}", body)
        self.actions.wait_each([answer.get("action")])


def _gone() -> WouldCrashError:
    panic, way_out = "nil pointer dereference", "Run `pulumi refresh` first"
    return WouldCrashError("update of a volume that is gone", panic, way_out)


def _outputs(volume: dict[str, Any], earlier: Values) -> Values:
    outputs = {
        "id": str(volume["id"]),
        "name": volume.get("name", ""),
        "size": volume.get("size", 0),
        "location": (volume.get("location") or {}).get("name", ""),
        "labels": volume.get("labels") or {},
        "linuxDevice": volume.get("linux_device") or "",
        "deleteProtection": bool((volume.get("protection") or {}).get("delete")),
        **filled({key: earlier.get(key) for key in ("automount", "format")}),
    }
    server = volume.get("server") or earlier.get("serverId")
    return {**outputs, **filled({"serverId": server})}
