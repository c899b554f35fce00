"""Work that is done once and whose result everybody shares, also while it is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Once(Generic[K, V]):
    """Results by key; the first to ask starts the work, the others wait for the same result.

    A cancelled waiter does not cancel the work, because others may wait for it; ``close`` does.
    """

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[V]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    async def get(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The result for the key; ``work`` is started when nobody has asked for it before."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(work())
            self._tasks[key] = task
        elif task.done():
            return task.result()
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Cancel the work that is still under way."""
        pending = [task for task in self._tasks.values() if not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
