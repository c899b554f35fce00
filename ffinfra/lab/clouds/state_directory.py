"""The directory in which everything lives, held by one process at a time."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from ffinfra.problems import OperationalError


class StateDirectory:
    """A directory with a lock: a second process would remove the first one's files at its start."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: IO[str] | None = None

    def hold(self) -> None:
        """Make the directory and lock it until ``release`` or the end of the process.

        Raises:
            OperationalError: another process holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise OperationalError(
                f"{self.path} is in use by other stand-ins", "End them, or choose another state directory."
            ) from None
        self._lock = lock

    def release(self) -> None:
        """Let others have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
