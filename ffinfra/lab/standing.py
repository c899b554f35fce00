"""Setting a lab up, finding one that stands, and taking it down."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffinfra.lab import work_copy
from ffinfra.lab.daemons.booted_machines import guest_packages
from ffinfra.lab.daemons.clouds import refuse_who_is_not_played
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.namespace.unshared import Namespace, holder_of, start_unshared
from ffinfra.lab.nspawn.base import base_root
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.plugins.package import install
from ffinfra.lab.reaching import make_login, reaching_environment, transport_configuration
from ffinfra.problems import OperationalError
from ffinfra.stack import read_declarations

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
def _lock(places: LabPlaces, patience: float = 0.0) -> Iterator[int]:
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


def set_up(
    places: LabPlaces,
    *,
    tied: bool,
    say: Callable[[str], None],
    grade: MachineGrade = MachineGrade.FILES,
) -> Lab:
    """Set up a lab.

    Args:
        places: its folders.
        tied: whether it is to end with this process, however that ends.
        say: told what happens.
        grade: how real its machines are.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: a lab stands already, something is missing on this machine, or a zone is held by somebody
            whom nobody plays.
    """
    places.check()
    with _lock(places) as lock:
        clear(places)
        process: subprocess.Popen[bytes] | None = None
        try:
            environment = _made(places, grade, say)
            say("starting root, top-level domain, clouds and resolver")
            process = start_unshared(
                [sys.executable, "-m", "ffinfra.lab.supervisor", str(places.checkout), grade.value],
                environment=environment,
                tied=tied,
                keep_open=[lock],
                log=places.run / "supervisor.log",
                own_users=grade is MachineGrade.FILES,
            )
            namespace = _ready(process)
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt)
            if process is not None and interrupted:
                process.kill()
                process.wait()
            if process is None or interrupted:
                clear(places)
            raise
    lab = Lab(places, namespace, environment)
    (places.run / "lab.json").write_text(json.dumps({"holder": namespace.holder, "starter": process.pid}))
    return lab


def _made(places: LabPlaces, grade: MachineGrade, say: Callable[[str], None]) -> dict[str, str]:
    """Make the files of a lab; returns the environment of everything in it."""
    places.run.mkdir(parents=True)
    say("copying the project, making keys and stacks")
    work_copy.make_work_copy(places)
    refuse_who_is_not_played(read_declarations(places.work).delegations)
    environment = work_copy.make_environment(places, reaching_environment(places, grade))
    work_copy.make_signer(places)
    if grade is MachineGrade.NSPAWN:
        make_login(places)
        base_root(guest_packages(read_declarations(places.work).network), say)
    install(places.pulumi_home, pulumi=_pulumi(environment), python=Path(sys.executable))
    work_copy.make_stacks(places, environment, transport_configuration(places, grade))
    return environment


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
    with contextlib.suppress(OperationalError), _lock(lab.places, patience=5.0):
        clear(lab.places)


def clear(places: LabPlaces) -> None:
    """Remove what belongs to one life of a lab."""
    for name in _OF_ONE_LIFE:
        shutil.rmtree(places.root / name, ignore_errors=True)


def _ready(process: subprocess.Popen[bytes]) -> Namespace:
    assert process.stdout is not None
    line = process.stdout.readline()
    process.stdout.close()
    try:
        reply = json.loads(line or b"{}")
    except ValueError:
        reply = {"message": line.decode(errors="replace")}
    if not reply.get("ok"):
        process.kill()
        process.wait()
        raise OperationalError(
            f"the lab does not come up: {reply.get('message', 'no word from its supervisor')}", "See .lab/run"
        )
    return holder_of(process)


def _pulumi(environment: Mapping[str, str]) -> str:
    found = shutil.which("pulumi", path=environment["PATH"])
    if found is None:
        raise OperationalError("pulumi is missing", "Run make setup in the checkout")
    return found
