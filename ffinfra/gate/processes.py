"""Processes of this machine, as /proc tells of them (proc(5))."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process; the start time tells it from a later one with the same number."""

    pid: int
    name: str
    start: str

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return process(self.pid) == self


def process(pid: int) -> Process | None:
    """The process of a number; None where it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return parsed(pid, text)


def parsed(pid: int, stat: str) -> Process | None:
    """A line of /proc/PID/stat; None for a process that performs nothing any more (proc_pid_stat(5)).

    A killed process loses its memory, and with it the environment that we know it by, a moment before it becomes
    a zombie. Its lock must not count as that of a living one in between.
    """
    name, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
    state, start, octets_of_memory = fields[0], fields[19], int(fields[20])
    return None if state in "ZX" or octets_of_memory == 0 else Process(pid, name, start)


def own_identity() -> str:
    """This process, as ``runs`` takes it."""
    found = process(os.getpid())
    return f"{os.getpid()}:{found.start if found else ''}"


def runs(identity: str) -> bool:
    """Whether the process of an identity still runs; one that cannot be read counts as ended."""
    pid, _, start = identity.partition(":")
    found = process(int(pid)) if pid.isdecimal() else None
    return found is not None and found.start == start


def with_variable(name: str, values: Collection[str]) -> Iterator[tuple[Process, dict[str, str]]]:
    """The living processes that were started with one of these values of a variable, and their environments."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = _environment((folder / "environ").read_bytes())
            found = process(int(folder.name)) if environment.get(name) in values else None
            if found is not None:
                yield found, environment


def _environment(octets: bytes) -> dict[str, str]:
    pairs = (part.decode(errors="replace").partition("=") for part in octets.split(b"\0") if part)
    return {name: value for name, _, value in pairs}
