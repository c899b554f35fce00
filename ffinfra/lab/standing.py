"""A standing lab: its lock, finding it, asking it, and taking it down."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffinfra.lab.namespace.unshared import Namespace
from ffinfra.lab.places import LabPlaces
from ffinfra.problems import OperationalError

_OF_ONE_LIFE = ("run", "work", "hosts", "state", "private")
"""Folders that belong to one lab and go with it; what a killed lab left is removed by the next."""


@dataclass(slots=True)
class Lab:
    """A standing lab.

    Attributes:
        places: its folders.
        namespace: where its processes live.
        environment: of everything in it.
    """

    places: LabPlaces
    namespace: Namespace
    environment: Mapping[str, str]

    def ask(self, verb: str) -> dict[str, Any]:
        """Ask the supervisor.

        Raises:
            OperationalError: it does not answer, or cannot do it.
        """
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(60)
                connection.connect(str(self.places.control))
                connection.sendall(json.dumps({"verb": verb}).encode() + b"\n")
                with connection.makefile("rb") as answers:
                    reply: dict[str, Any] = json.loads(answers.readline() or b"{}")
        except (OSError, ValueError) as error:
            raise OperationalError(
                f"the lab does not answer ({error})", "ffinfra lab down, then up again"
            ) from error
        if not reply.get("ok"):
            raise OperationalError(
                f"the lab cannot {verb}: {reply.get('message')}", "See .lab/run for the logs"
            )
        return reply

    def run(self, command: Sequence[str], *, folder: Path | None = None) -> int:
        """Run a command in the lab, at our terminal; returns its exit code."""
        inside = self.namespace.command(command, folder or self.places.work)
        return subprocess.run(inside, env=dict(self.environment), check=False).returncode


@contextlib.contextmanager
def locked_lab(places: LabPlaces, patience: float = 0.0) -> Iterator[int]:
    """The lock of the lab; the supervisor inherits it, so it is held as long as anything of the lab lives.

    Args:
        places: the lab's folders.
        patience: seconds to wait for whoever holds it.

    Raises:
        OperationalError: a lab stands already.
    """
    places.root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(places.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience
    try:
        while not _locked(descriptor):
            if time.monotonic() >= deadline:
                raise OperationalError(
                    "a lab stands already in this checkout",
                    "Wait for it to end, or end it: ffinfra lab down",
                )
            time.sleep(0.02)
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def find(places: LabPlaces) -> Lab | None:
    """The lab that stands in this checkout, or None."""
    try:
        holder = json.loads((places.run / "lab.json").read_text())["holder"]
        environment = json.loads(places.environment.read_text())
    except (OSError, ValueError, KeyError):
        return None
    lab = Lab(places, Namespace(holder), environment)
    if not lab.namespace.alive:
        return None
    try:
        lab.ask("status")
    except OperationalError:
        return None
    return lab


def inside(places: LabPlaces) -> Lab:
    """The lab that this process itself is in."""
    return Lab(places, Namespace(os.getpid()), json.loads(places.environment.read_text()))


def take_down(lab: Lab) -> None:
    """End a lab and everything in it, and remove what it made.

    The lock is free once its last process has ended, which may be a moment after the namespace's own.
    """
    with contextlib.suppress(OperationalError):
        lab.ask("stop")
    deadline = time.monotonic() + 15
    while lab.namespace.alive and time.monotonic() < deadline:
        time.sleep(0.05)
    if lab.namespace.alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(lab.namespace.holder, signal.SIGKILL)
    # Whoever took the lock since has cleared already, and what lies there now is theirs.
    with contextlib.suppress(OperationalError), locked_lab(lab.places, patience=5.0):
        clear(lab.places)


def clear(places: LabPlaces) -> None:
    """Remove what belongs to one life of a lab."""
    for name in _OF_ONE_LIFE:
        shutil.rmtree(places.root / name, ignore_errors=True)
