"""What runs on the machines of grade nspawn: asked over SSH, after a rollout."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from ffinfra.hosts.rendering import management_address, render_host
from ffinfra.kernels.shell import Shell
from ffinfra.lab.daemons.booted_machines import PLACEHOLDERS
from ffinfra.lab.rehearsal.timeline import RunningStep, StepFailedError
from ffinfra.network.network import Network
from ffinfra.problems import OperationalError

BOOT_SECONDS: Final = 60
"""How long machines may take to run all their units after a boot."""

_ASKED: Final = "Type,ActiveState,ConditionResult,ExecMainStartTimestampMonotonic"
"""Properties of a unit (org.freedesktop.systemd1(5))."""

_LOOK: Final = 1.0
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class RunningUnits:
    """The units of one machine.

    Attributes:
        started: unit -> when its main process was started, microseconds after the boot; those that run.
        idle: units that ought to run and do not, with what systemd calls their state.
    """

    started: Mapping[str, int] = field(default_factory=dict)
    idle: Mapping[str, str] = field(default_factory=dict)


def look_at_machines(network: Network, shell: Shell) -> dict[str, RunningUnits]:
    """The declared units of every supernode and nameserver, as they run.

    Raises:
        OperationalError: a machine does not answer.
    """
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda guest: _units(network, guest.name, shell), network.guests)
        return {guest.name: units for guest, units in zip(network.guests, found, strict=True)}


def await_running(network: Network, shell: Shell, step: RunningStep) -> None:
    """Every declared unit of every machine is active; a machine that just got its power back may take a while.

    Raises:
        StepFailedError: one is not, or a machine does not answer.
    """
    deadline = time.monotonic() + BOOT_SECONDS
    while True:
        try:
            found = look_at_machines(network, shell)
            idle = [
                f"{unit} of {name}: {state}"
                for name, one in found.items()
                for unit, state in one.idle.items()
            ]
        except OperationalError as error:
            idle = [error.what]
        if not idle:
            break
        if time.monotonic() > deadline:
            raise StepFailedError("; ".join(idle))
        step.say(idle[0])
        time.sleep(_LOOK)
    for name, one in found.items():
        step.found(f"{name}: {', '.join(one.started)}")


def _units(network: Network, name: str, shell: Shell) -> RunningUnits:
    guest = next(guest for guest in network.guests if guest.name == name)
    units = [unit.name for unit in render_host(network, name, PLACEHOLDERS).units]
    script = f"for unit in {' '.join(units)}; do echo $unit $(systemctl show --property={_ASKED} $unit); done"
    started, idle = {}, {}
    for line in shell.run(str(management_address(guest)), script).splitlines():
        unit, *pairs = line.split()
        state = dict(pair.split("=", 1) for pair in pairs)
        if state["ActiveState"] == "active":
            started[unit] = int(state["ExecMainStartTimestampMonotonic"])
        elif state["ActiveState"] != "inactive" or _should_run(state):
            idle[unit] = state["ActiveState"]
    return RunningUnits(started, idle)


def _should_run(state: Mapping[str, str]) -> bool:
    """Not what ends after its work, nor what a condition of its own keeps off a container."""
    return state["Type"] != "oneshot" and state["ConditionResult"] == "yes"
