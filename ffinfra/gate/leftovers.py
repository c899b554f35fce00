"""What a killed apply leaves behind: processes, a lock, pending operations."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote, urlparse

from ffinfra.gate.engine import Engine
from ffinfra.gate.processes import Process, process, runs, with_variable
from ffinfra.gate.update_run import MARK, PARENT_MARK
from ffinfra.problems import OperationalError
from ffinfra.project import PROJECT_NAME

GRACE = 20.0
"""Seconds that an orphaned engine gets to finish its present step and write its state."""


def end_orphans(approvals: Collection[str]) -> int:
    """End processes of a former apply of these approvals that is gone itself; returns how many there were.

    They are recognised by their environment, which only children of that apply have. The engine is asked to
    stop (SIGINT), so that it finishes the step at hand and records it; plugins follow.

    Raises:
        OperationalError: the apply that started them still runs.
    """
    marked = [one for one in with_variable(MARK, approvals) if one[0].pid != os.getpid()]
    for _, environment in marked:
        by = environment.get(PARENT_MARK, "")
        if runs(by):
            raise OperationalError(
                f"approval {environment[MARK][:12]} is being applied by process {by.partition(':')[0]}",
                "Wait until it has ended",
            )
    found = [one for one, _ in marked]
    engines = [one for one in found if one.name == "pulumi"]
    for one in engines:
        _signal(one.pid, signal.SIGINT)
    _await_end(engines, GRACE)
    rest = [one for one in found if one.alive]
    for one in rest:
        _signal(one.pid, signal.SIGTERM)
    _await_end(rest, 5.0)
    for one in rest:
        if one.alive:
            _signal(one.pid, signal.SIGKILL)
    _await_end(rest, GRACE)
    return len(found)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _await_end(processes: list[Process], seconds: float) -> None:
    """Wait until all have ended; they are nobody's children any more, so there is no event to wait for."""
    deadline = time.monotonic() + seconds
    while any(one.alive for one in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def clear_own_lock(engine: Engine) -> bool:
    """Remove the stack's lock if it is of a dead process of this machine; returns whether there was one.

    Only backends of files lock by files that we can see; with others, the engine says who holds the lock, and
    ``pulumi cancel`` is a person's decision.

    Raises:
        OperationalError: the lock is of a living process or of another machine.
    """
    removed = False
    for file in _lock_files(engine):
        holder = json.loads(file.read_text())
        where = f"{holder.get('username')}@{holder.get('hostname')} (pid {holder.get('pid')})"
        if holder.get("hostname") != socket.gethostname():
            raise OperationalError(
                f"stack {engine.stack} is locked by {where}",
                "Ask them; if that machine is gone: pulumi cancel",
            )
        if process(int(holder["pid"])) is not None:
            raise OperationalError(
                f"stack {engine.stack} is being updated by {where}", "Wait until it has ended"
            )
        file.unlink()
        removed = True
    return removed


def _lock_files(engine: Engine) -> list[Path]:
    """The locks of this project's stack in a backend of files, however it was chosen."""
    backend = engine.backend()
    if not backend.startswith("file://"):
        return []
    parsed = urlparse(backend)
    root = Path(unquote(parsed.netloc + parsed.path)).expanduser()
    return sorted((root / ".pulumi" / "locks").glob(f"**/{PROJECT_NAME}/{engine.stack}/*.json"))
