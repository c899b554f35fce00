"""Actions: work that goes on after a call was answered (https://docs.hetzner.cloud/reference/cloud#actions).

An action is ``running`` until its work is done and its time is over, then ``success`` or ``error``. With
``action_seconds`` 0 the call itself waits, and its action is finished in the answer.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ffinfra.lab.clouds.call import Fate, JsonObject
from ffinfra.lab.clouds.hetzner.errors import not_found
from ffinfra.problems import OperationalError

Effect = Callable[[], object]
Work = Callable[[], Awaitable[None]]


class Status(StrEnum):
    """How far an action is."""

    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that an action concerns: its kind, such as ``server``, and its number."""

    type: str
    id: int


@dataclass(frozen=True, slots=True)
class Action:
    """One action; ``error`` is the message of a failed one, times are RFC 3339."""

    id: int
    command: str
    targets: tuple[Target, ...]
    status: Status
    started: str
    finished: str | None = None
    error: str | None = None

    def shape(self) -> JsonObject:
        """As the API shows it."""
        error: JsonObject | None = None
        if self.error is not None:
            error = {"code": "action_failed", "message": self.error}
        return {
            "id": self.id,
            "command": self.command,
            "status": self.status.value,
            "progress": 0 if self.status is Status.RUNNING else 100,
            "started": self.started,
            "finished": self.finished,
            "resources": [{"id": target.id, "type": target.type} for target in self.targets],
            "error": error,
        }


@dataclass(frozen=True, slots=True)
class Pace:
    """How long actions take, in seconds: ordinary ones and those that a fault made slow."""

    normal: float
    slow: float


class Actions:
    """All actions since the start."""

    def __init__(self, ids: Iterator[int], pace: Pace, clock: Callable[[], datetime]) -> None:
        self._ids = ids
        self._pace = pace
        self._clock = clock
        self._actions: dict[int, Action] = {}
        self._of: defaultdict[Target, list[int]] = defaultdict(list)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def __iter__(self) -> Iterator[Action]:
        return iter(list(self._actions.values()))

    def get(self, number: int | str) -> Action:
        """The action with this number.

        Raises:
            HetznerError: there is none.
        """
        found = self._actions.get(int(number)) if str(number).isdigit() else None
        if found is None:
            raise not_found("action", number)
        return found

    def find(self, number: int) -> Action | None:
        """The action with this number, or None."""
        return self._actions.get(number)

    def of(self, target: Target) -> list[Action]:
        """The actions that concern a resource, oldest first."""
        return [self._actions[number] for number in self._of.get(target, ())]

    def running(self, target: Target, commands: frozenset[str]) -> bool:
        """Whether one of these commands is running on a resource."""
        return any(
            action.status is Status.RUNNING and action.command in commands for action in self.of(target)
        )

    async def start(
        self,
        command: str,
        targets: Sequence[Target],
        *,
        effect: Effect | None = None,
        work: Work | None = None,
        fate: Fate = Fate.NORMAL,
        after: Action | None = None,
    ) -> Action:
        """Start an action and return it as the answer shall show it.

        Args:
            command: such as ``create_server``.
            targets: what it concerns.
            effect: what changes in our books, at once, so that no other call sees the state in between.
            work: what has to be done before it succeeds; it may raise OperationalError to fail.
            fate: how it ends; if it is to fail, neither effect nor work happens.
            after: an action that has to finish first; its failure fails this one too.
        """
        if effect is not None and fate is not Fate.FAIL:
            effect()
        action = Action(next(self._ids), command, tuple(targets), Status.RUNNING, self._now())
        self._actions[action.id] = action
        for target in action.targets:
            self._of[target].append(action.id)
        task = asyncio.create_task(self._carry_out(action, work, fate, after))
        self._tasks[action.id] = task
        if self._pace.normal == 0 and fate is not Fate.SLOW:
            await task
        return self._actions[action.id]

    async def stop(self) -> None:
        """Give up whatever is running."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry_out(self, action: Action, work: Work | None, fate: Fate, after: Action | None) -> None:
        if after is not None and (before := self._tasks.get(after.id)) is not None:
            await asyncio.wait([before])
        if after is not None and self._actions[after.id].status is Status.ERROR:
            error: str | None = f"{after.command} failed"
        else:
            error = await self._outcome(work, fate)
        status = Status.SUCCESS if error is None else Status.ERROR
        self._actions[action.id] = replace(action, status=status, finished=self._now(), error=error)
        self._tasks.pop(action.id, None)

    async def _outcome(self, work: Work | None, fate: Fate) -> str | None:
        """Do the work and let the time pass; returns what went wrong."""
        pause = asyncio.sleep(self._pace.slow if fate is Fate.SLOW else self._pace.normal)
        if fate is Fate.FAIL or work is None:
            await pause
            return "Action failed" if fate is Fate.FAIL else None
        _, problem = await asyncio.gather(pause, _done(work))
        return problem

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")


async def _done(work: Work) -> str | None:
    """Do the work; a bug of ours fails the action and is told on stderr."""
    try:
        await work()
    except OperationalError as error:
        return error.what
    except Exception as error:  # noqa: BLE001 - or the action would run for ever
        traceback.print_exc(file=sys.stderr)
        return f"the stand-in has a bug: {error!r}"
    return None
