"""A child process that is started, known to be ready, and ended."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ffinfra.problems import OperationalError

READY_SECONDS = 20.0
"""How long a daemon may take until it answers."""

_LOOK = 0.02
"""Seconds between two looks; daemons do not tell when they are ready."""


@dataclass(slots=True)
class Daemon:
    """A daemon.

    Attributes:
        name: for messages, and of its log.
        command: the program and its arguments.
        log: where its output goes.
        ready: whether it answers; asked until it says yes.
        environment: of the process; None means ours.
    """

    name: str
    command: list[str]
    log: Path
    ready: Callable[[], bool]
    environment: Mapping[str, str] | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            OperationalError: it cannot be started, ends, or does not answer; with its own last words.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.log.open("ab") as output:
                self.process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=dict(self.environment) if self.environment is not None else None,
                    start_new_session=True,
                )
        except OSError as error:
            raise OperationalError(f"{self.name} cannot be started: {error}", "Run make setup") from error
        self.await_ready()

    def await_ready(self) -> None:
        """Wait until it answers.

        Raises:
            OperationalError: it ends or does not answer; with its own last words.
        """
        assert self.process is not None
        deadline = time.monotonic() + READY_SECONDS
        while not self.ready():
            if self.process.poll() is not None:
                raise OperationalError(f"{self.name} ended at once: {self.last_words()}", "See its own words")
            if time.monotonic() > deadline:
                raise OperationalError(
                    f"{self.name} did not answer within {READY_SECONDS:.0f} s: {self.last_words()}",
                    f"See {self.log}",
                )
            time.sleep(_LOOK)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def end(self, *, at_once: bool = False) -> None:
        """End it; ``at_once`` kills it as a power cut would."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL if at_once else signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def last_words(self) -> str:
        """The end of its log, on one line."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return "no words"
        return " / ".join(lines[-4:]) or "no words"
