"""One apply of a stack at a time from one checkout; the engine's own lock keeps other checkouts apart."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ffinfra.problems import OperationalError

FOLDER = ".ffinfra"
"""Where a checkout keeps what is of this machine alone; git ignores it."""


@contextmanager
def alone(project: Path, stack: str) -> Iterator[None]:
    """Hold the stack's lock for the block; the system frees it when the process ends, however it ends.

    Raises:
        OperationalError: another process of this machine holds it.
    """
    file = project / FOLDER / f"apply-{stack}.lock"
    file.parent.mkdir(exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "r+") as stream:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = stream.read().strip() or "another process"
            raise OperationalError(
                f"stack {stack} is being applied from this checkout (process {holder})",
                "Wait until it has ended",
            ) from error
        stream.truncate()
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield
