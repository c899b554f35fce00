"""systemd's units after a change of files: acted on in order, then looked at, with their own words on failure."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Sequence
from typing import Final, assert_never

from ffinfra.hosts.configuration import Unit, UnitAction
from ffinfra.problems import OperationalError

SETTLE_SECONDS: Final = 10
"""How long a unit may take from started to active; one that restarts in a loop never gets there."""

STEADY_SECONDS: Final = 1.0
"""How long a unit must stay active: daemons of Type=simple count as started before they have read anything."""

_SECONDS: Final = 900
"""The longest single action: a rollout's first run installs a kernel."""

_JOURNAL_SECONDS: Final = 30

_LINES: Final = 20
"""How many of a daemon's last lines are told."""

_UNIT_FOLDERS: Final = ("/etc/systemd/system/",)


class UnitFailedError(OperationalError):
    """A unit did not do what its changed files ask for."""


class UnitSlowError(UnitFailedError):
    """A unit's action is not done in time, and goes on.

    Attributes:
        unit: its name.
    """

    def __init__(self, what: str, way_out: str, unit: str) -> None:
        super().__init__(what, way_out)
        self.unit = unit


def is_unit_file(path: str) -> bool:
    """Whether systemd reads it: it must stay until its unit has stopped, or what is to follow is forgotten."""
    return path.startswith(_UNIT_FOLDERS)


def reread_units(changed_paths: Iterable[str]) -> None:
    """Have systemd read unit files again if some have changed."""
    if any(is_unit_file(path) for path in changed_paths):
        _systemctl("daemon-reload")


def act(units: Sequence[Unit], asked: frozenset[str]) -> tuple[str, ...]:
    """Act on the units that changed files ask for, and see that the others are as declared.

    What has failed before is forgotten first: systemd refuses to start a unit that failed too often of late.

    Returns:
        What was done, such as ``restart knot.service``.

    Raises:
        UnitFailedError: with systemd's and the daemon's own words.
    """
    done = []
    since = time.time()
    for unit in units:
        if unit.name in asked:
            _systemctl("reset-failed", unit.name)
        for action in _actions(unit, unit.name in asked):
            answer = _systemctl(action, unit.name)
            done.append(f"{action} {unit.name}")
            if answer.returncode:
                raise UnitFailedError(
                    f"{action} of {unit.name}: {_words(unit.name, answer, since)}", _WAY_OUT
                )
    acted = [unit for unit in units if unit.name in asked and unit.enabled]
    for unit in acted:
        _await_active(unit.name, since)
    if acted:
        time.sleep(STEADY_SECONDS)
    for unit in acted:
        _await_active(unit.name, since)
    return tuple(done)


def stop(names: Iterable[str]) -> tuple[str, ...]:
    """Stop and disable units that are no longer wanted; one that is gone already is fine.

    Raises:
        UnitFailedError: one still runs.
    """
    done = []
    since = time.time()
    for name in names:
        answer = _systemctl("stop", name)
        state = _shown(name, "ActiveState")
        if state not in _STOPPED:
            raise UnitFailedError(
                f"{name} is to be stopped and is {state}: {_words(name, answer, since)}", _WAY_OUT
            )
        _systemctl("disable", name)
        _systemctl("reset-failed", name)
        done.append(f"stop {name}")
    return tuple(done)


def resume(names: Iterable[str]) -> None:
    """Enable and start units again that were to be stopped.

    Raises:
        UnitFailedError: systemd does not do it in time.
    """
    for name in names:
        _systemctl("enable", "--now", name)


_STOPPED: Final = ("inactive", "failed")

_WAY_OUT: Final = "Its old files are in place again; mend what the file is made of"


def _actions(unit: Unit, asked: bool) -> Iterable[str]:
    if unit.enabled and _shown(unit.name, "UnitFileState") not in ("enabled", "static", "enabled-runtime"):
        yield "enable"
    if asked:
        match unit.action:
            case UnitAction.RELOAD:
                yield "reload-or-restart"
            case UnitAction.RESTART:
                yield "restart"
            case _:
                assert_never(unit.action)
    elif unit.enabled and _shown(unit.name, "ActiveState") == "failed":
        yield "start"


def _await_active(name: str, since: float) -> None:
    """Wait until a unit is active, has done its one job, or is none of this machine's business."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        state, kind = _shown(name, "ActiveState"), _shown(name, "Type")
        if state == "active" or _shown(name, "ConditionResult") == "no":
            return
        if kind == "oneshot" and state == "inactive" and _shown(name, "Result") == "success":
            return
        if state == "failed" or time.monotonic() > deadline:
            words = _journal(name, since) or "it said nothing"
            raise UnitFailedError(f"{name} is {state}: {words}", _WAY_OUT)
        time.sleep(0.1)


def _words(name: str, answer: subprocess.CompletedProcess[str], since: float) -> str:
    return "\n".join(part for part in (answer.stderr.strip(), _journal(name, since)) if part)


def _journal(name: str, since: float) -> str:
    command = ["journalctl", "--unit", name, "--since", f"@{since:.0f}"]
    command += ["--output", "cat", "--no-pager", "--quiet"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_JOURNAL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"(the journal was not read within {_JOURNAL_SECONDS} s)"
    return "\n".join(answer.stdout.strip().splitlines()[-_LINES:])


def _shown(name: str, property_name: str) -> str:
    return _systemctl("show", "--property", property_name, "--value", name).stdout.strip()


def _systemctl(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["systemctl", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnitSlowError(
            f"{' '.join(command)} is not done after {_SECONDS} s and goes on",
            f"See what it waits for: systemctl list-jobs; systemctl status {arguments[-1]}",
            arguments[-1],
        ) from error
