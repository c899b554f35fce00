"""Waiting for actions: the API's tasks that outlive a request (hcloud-go 2.44.0, action_waiter.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ffinfra.lab.plugins.hcloud.api import Api
from ffinfra.lab.plugins.hcloud.errors import ActionFailedError, FailedAction
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.waiting import Waiter

IDS_A_REQUEST: Final = 25

Pause = Callable[[int], float]
"""Seconds to wait before a poll, by the number of polls so far."""

Action = dict[str, Any]


class Actions:
    """Polls actions until they are over."""

    def __init__(self, api: Api, waiter: Waiter, pause: Pause) -> None:
        self._api = api
        self._waiter = waiter
        self._pause = pause

    def wait_each(self, actions: Iterable[Action | None]) -> None:
        """Wait until all are over; the first error ends it (the older family).

        Raises:
            ActionFailedError: one ended in an error.
            RemoteError: the API forgot one.
        """
        for action in self._updates(actions):
            if action.get("status") == "error":
                raise ActionFailedError([_failed(action)])

    def settle(self, actions: Iterable[Action | None]) -> None:
        """Wait until all are over, then tell of all errors (the framework family).

        Raises:
            ActionFailedError: some ended in errors.
            RemoteError: the API forgot one.
        """
        failed = [_failed(action) for action in self._updates(actions) if action.get("status") == "error"]
        if failed:
            raise ActionFailedError(failed)

    def _updates(self, actions: Iterable[Action | None]) -> Iterator[Action]:
        """Every action as it ends; those that came as ended, and answers without any, are not asked for."""
        running = set()
        for action in actions:
            if not action:
                continue
            if action.get("status") == "running":
                running.add(int(action["id"]))
            else:
                yield action
        polls = 0
        while running:
            self._waiter.wait(self._pause(polls))
            polls += 1
            found = self._poll(sorted(running))
            missing = running - {int(action["id"]) for action in found}
            if missing:
                raise RemoteError(f"actions not found: [{' '.join(map(str, sorted(missing)))}]")
            for action in found:
                if action.get("status") != "running":
                    running.discard(int(action["id"]))
                    yield action

    def _poll(self, ids: list[int]) -> list[Action]:
        found: list[Action] = []
        for start in range(0, len(ids), IDS_A_REQUEST):
            chunk = ids[start : start + IDS_A_REQUEST]
            page: int | None = 1
            while page:
                query = [("id", number) for number in chunk] + [("page", page)]
                answer = self._api.get("/actions", [*query, ("sort", "status"), ("sort", "id")])
                found += answer.get("actions") or []
                page = ((answer.get("meta") or {}).get("pagination") or {}).get("next_page")
        return found


def _failed(action: Action) -> FailedAction:
    error = action.get("error") or {}
    resources = tuple((item.get("type", ""), item.get("id", 0)) for item in action.get("resources") or [])
    return FailedAction(
        id=action.get("id", 0),
        command=action.get("command", ""),
        code=error.get("code", ""),
        message=error.get("message", ""),
        resources=resources,
    )
