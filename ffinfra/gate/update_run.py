"""Running ``pulumi up`` as a child that can be watched, interrupted, and found again after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ffinfra.gate.engine import Engine, private_folder
from ffinfra.gate.events import EventReader, StepEvent
from ffinfra.gate.processes import own_identity
from ffinfra.problems import OperationalError

POLL = 0.1
"""Seconds between two looks at the event log."""

MARK = "FFINFRA_APPLY"
"""Environment variable by which every process of one apply is recognised, whatever became of its parent."""

PARENT_MARK = "FFINFRA_APPLY_BY"
"""Environment variable that names the apply which started them: its number and its start time."""


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What an update did."""

    exit_code: int
    events: tuple[StepEvent, ...]
    talk: str


def run_update(engine: Engine, plan: str, approval: str, watch: Callable[[StepEvent], None]) -> UpdateResult:
    """Perform an update that is constrained by a plan, without a second preview: the plan was made just before.

    Args:
        engine: the engine of the stack.
        plan: the plan, secrets in clear.
        approval: the approval that the program is to use.
        watch: called with each step as it begins and ends.

    Raises:
        OperationalError: the engine cannot be started.
        KeyboardInterrupt: after the engine was told to stop and has stopped.
    """
    with private_folder() as folder:
        plan_file = folder / "plan.json"
        plan_file.touch(mode=0o600)
        plan_file.write_text(plan)
        log = folder / "events.jsonl"
        talk = folder / "talk.txt"
        command = [
            "pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", engine.stack,
            "--plan", str(plan_file), "--event-log", str(log), "--continue-on-error", "--suppress-outputs",
        ]  # fmt: skip
        with talk.open("wb") as output:
            process = _start(command, engine.project, _environment(engine, approval), output.fileno())
            events = _follow(process, EventReader(log), watch)
        return UpdateResult(process.returncode, tuple(events), talk.read_text(errors="replace"))


def _environment(engine: Engine, approval: str) -> dict[str, str]:
    """With the approval, with marks by which what it starts is known, and with the option for the event log."""
    marks = {MARK: approval, PARENT_MARK: own_identity(), "PULUMI_DEBUG_COMMANDS": "1"}
    return {**engine.environment, "FFINFRA_APPROVAL": approval, **marks}


def _start(
    command: list[str], project: Path, environment: dict[str, str], output: int
) -> subprocess.Popen[bytes]:
    """Start the engine in a session of its own: Ctrl-C is passed on by us, once and deliberately."""
    try:
        return subprocess.Popen(
            command, cwd=project, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise OperationalError("pulumi is missing", "Run make setup in the checkout") from error


def _follow(
    process: subprocess.Popen[bytes], reader: EventReader, watch: Callable[[StepEvent], None]
) -> list[StepEvent]:
    events: list[StepEvent] = []

    def drain() -> None:
        for event in reader.new():
            events.append(event)
            watch(event)

    try:
        while process.poll() is None:
            drain()
            time.sleep(POLL)
    except KeyboardInterrupt:
        os.kill(process.pid, signal.SIGINT)
        process.wait()
        raise
    drain()
    return events
