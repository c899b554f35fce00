"""A user, network, mount and process namespace of a test's own; gone with the test, however that ends."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


_UNSHARE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_USER = ("--user", "--map-root-user")
_OPEN = "set -e; ip link set lo up; mount -t tmpfs tmpfs /run; echo ready; sleep infinity & wait"
"""The shell stays: it is process 1 in there, and daemons' children that nobody awaits are its own."""


def needs(*programs: str) -> None:
    """Skip, saying why, where a program is missing (with CI=true the skip is a failure, see conftest)."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def awaited(look: Callable[[], T | None], seconds: float, what: str) -> T:
    """Look again and again until there is something; fail after a time."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        assert time.monotonic() < deadline, f"after {seconds:g} s still not: {what}"
        time.sleep(0.05)


@dataclass
class Isolation:
    """The namespaces, held open by one process; ``run`` and ``start`` work inside."""

    holder: subprocess.Popen[bytes]
    inside: int
    user: bool = True
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def _enter(self, arguments: Sequence[str], netns: str | None) -> list[str]:
        command = ["nsenter", f"--target={self.inside}"]
        command += ["--user", "--preserve-credentials"] if self.user else []
        command += ["--mount", "--net", "--pid", "--"]
        if netns is not None:
            command += ["ip", "netns", "exec", netns]
        return [*command, *arguments]

    def run(
        self, *arguments: str, check: bool = True, netns: str | None = None, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside to its end (at most 60 s)."""
        done = subprocess.run(
            self._enter(arguments, netns), input=text, capture_output=True, text=True, timeout=60, check=False
        )
        if check:
            assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def script(self, text: str, netns: str | None = None) -> str:
        """Run a shell script inside; its first failure fails the test."""
        return self.run("sh", "-eu", netns=netns, text=text).stdout

    def start(self, *arguments: str, log: Path, netns: str | None = None) -> subprocess.Popen[str]:
        """Start a program inside that stays; stdout and stderr go to ``log``."""
        with log.open("w") as sink:
            process = subprocess.Popen(
                self._enter(arguments, netns), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, text=True
            )
        self.started.append(process)
        return process

    def start_with(
        self, directories: dict[Path, str], *arguments: str, log: Path, netns: str | None = None
    ) -> subprocess.Popen[str]:
        """Start a program for which directories of ours stand at places of the system."""
        binds = "".join(f"mount --bind '{source}' '{target}'\n" for source, target in directories.items())
        command = ("unshare", "--mount", "sh", "-euc", f'{binds}exec "$@"', "sh", *arguments)
        return self.start(*command, log=log, netns=netns)


@contextlib.contextmanager
def isolation(*, user: bool = True) -> Iterator[Isolation]:
    """Open the namespaces; everything inside is killed at the end, also when the test process is killed.

    Args:
        user: in a user namespace, where root is the only account; else root is needed.
    """
    needs("unshare", "nsenter", "ip", "setpriv")
    holder = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *_UNSHARE, *(_USER if user else ()), "sh", "-c", _OPEN],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stderr is not None
        ready = holder.stdout.readline()
        if ready != b"ready\n":
            pytest.skip(f"user namespaces are refused here: {holder.stderr.read().decode().strip()}")
        (child,) = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
        isolated = Isolation(holder, int(child), user)
        yield isolated
        for process in isolated.started:
            process.poll()
    finally:
        holder.kill()
        holder.communicate()
        if "isolated" in locals():
            for process in isolated.started:
                process.wait()
