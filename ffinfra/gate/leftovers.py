"""What a killed apply leaves behind: processes, a lock, pending operations."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from ffinfra.gate.engine import Engine
from ffinfra.gate.update_run import MARK
from ffinfra.problems import OperationalError

GRACE = 20.0
"""Seconds that an orphaned engine gets to finish its present step and write its state."""


def end_orphans(approval: str) -> int:
    """End processes of a former apply of this approval whose parent is gone; returns how many there were.

    They are recognised by their environment, which only children of that apply have. The engine is asked to
    stop (SIGINT), so that it finishes the step at hand and records it; plugins follow.
    """
    found = [process for process in _marked(approval) if process.pid != os.getpid()]
    if not found:
        return 0
    engines = [process for process in found if process.name == "pulumi"]
    for process in engines:
        _signal(process.pid, signal.SIGINT)
    _await_end(engines, GRACE)
    rest = [process for process in found if _alive(process)]
    for process in rest:
        _signal(process.pid, signal.SIGTERM)
    _await_end(rest, 5.0)
    for process in rest:
        if _alive(process):
            _signal(process.pid, signal.SIGKILL)
    return len(found)


@dataclass(frozen=True, slots=True)
class _Process:
    """A process; the start time tells it from a later one with the same number."""

    pid: int
    name: str
    start: str


def _marked(approval: str) -> Iterator[_Process]:
    mark = f"{MARK}={approval}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                process = _read(int(folder.name))
                if process is not None:
                    yield process


def _read(pid: int) -> _Process | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return _parsed(pid, text)


def _parsed(pid: int, stat: str) -> _Process | None:
    """A line of /proc/PID/stat; None for a process that performs nothing any more (proc_pid_stat(5)).

    A killed process loses its memory, and with it the environment that we know it by, a moment before it becomes
    a zombie. Its lock must not count as that of a living one in between.
    """
    name, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
    state, start, octets_of_memory = fields[0], fields[19], int(fields[20])
    return None if state in "ZX" or octets_of_memory == 0 else _Process(pid, name, start)


def _alive(process: _Process) -> bool:
    return _read(process.pid) == process


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _await_end(processes: list[_Process], seconds: float) -> None:
    """Wait until all have ended; they are nobody's children any more, so there is no event to wait for."""
    deadline = time.monotonic() + seconds
    while any(_alive(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def clear_own_lock(engine: Engine) -> bool:
    """Remove the stack's lock if it is of a dead process of this machine; returns whether there was one.

    Only file backends lock by files; others are left to ``pulumi cancel`` and a person.

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
        if _read(int(holder["pid"])) is not None:
            raise OperationalError(
                f"stack {engine.stack} is being updated by {where}", "Wait until it has ended"
            )
        file.unlink()
        removed = True
    return removed


def _lock_files(engine: Engine) -> list[Path]:
    backend = engine.environment.get("PULUMI_BACKEND_URL", "")
    if not backend.startswith("file://"):
        return []
    parsed = urlparse(backend)
    root = Path(unquote(parsed.netloc + parsed.path)).expanduser()
    return sorted((root / ".pulumi" / "locks").glob(f"**/{engine.stack}/*.json"))
