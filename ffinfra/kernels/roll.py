"""Rebooting the machines whose kernel is behind: one after the other, site by site, stopping at the first trouble."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ffinfra.hosts.rendering import ConfiguredMachine, configured_machines, management_address
from ffinfra.kernels.drain import drain, put_to_work
from ffinfra.kernels.health import STARTED, ailments, established_sessions
from ffinfra.kernels.shell import Shell
from ffinfra.kernels.state import KernelState, KernelVerdict, roll_order
from ffinfra.kernels.status import kernel_states, state_of
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Network
from ffinfra.problems import OperationalError

DRAIN_SECONDS: Final = 60.0
"""How long a drained supernode waits: fastd's clients look for another one after some 20 s of silence."""

RETURN_SECONDS: Final = 900.0
"""How long a machine may take from its reboot to doing its work again; servers with much memory check it long."""

_REBOOT: Final = "systemd-run --quiet --on-active=1 systemctl reboot"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait, in seconds.

    Attributes:
        drain: between draining a supernode and its reboot.
        back: for a machine to do its work again.
        between: two looks at a machine.
    """

    drain: float = DRAIN_SECONDS
    back: float = RETURN_SECONDS
    between: float = 3.0


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll over the network.

    Attributes:
        network: the model.
        shell: the way to the machines.
        zones: what nameservers must answer for.
        say: told what happens.
        waits: how long to wait.
    """

    network: Network
    shell: Shell
    zones: Sequence[str]
    say: Callable[[str], None]
    waits: Waits = Waits()

    def run(self, groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
        """Reboot the machines of each group, in order; returns who was rebooted.

        Raises:
            OperationalError: a machine did not come back, or another nameserver is not well; nothing after
                it was touched.
        """
        machines = {machine.name: machine for machine in configured_machines(self.network)}
        done: list[str] = []
        for name in (name for group in groups for name in group):
            try:
                self._reboot(machines[name])
            except OperationalError as error:
                rebooted = f"rebooted before: {', '.join(done)}" if done else "no machine was rebooted before"
                raise OperationalError(
                    f"stopped at {name}: {error.what} ({rebooted})", error.way_out
                ) from error
            done.append(name)
        return tuple(done)

    def _reboot(self, machine: ConfiguredMachine) -> None:
        """One machine, from draining to health, with the guests that go down with it.

        Where it does not go down after all, what was drained is put to work again.
        """
        self._others_answer(machine)
        guests = _guests_of(self.network, machine)
        supernodes = [one for one in (machine, *guests) if isinstance(one, Supernode)]
        before = self.shell.run(str(management_address(machine)), STARTED)
        sessions = {node.name: established_sessions(self.shell, node) for node in supernodes}
        try:
            self._drain(supernodes)
            with_guests = f", with {', '.join(guest.name for guest in guests)}" if guests else ""
            self.say(f"{machine.name}: rebooting{with_guests}")
            self.shell.run(str(management_address(machine)), _REBOOT)
            self._await_back(machine, before, sessions.get(machine.name, frozenset()))
            for guest in guests:
                self._await_guest(guest, sessions.get(guest.name, frozenset()))
        except (OperationalError, KeyboardInterrupt):
            self._put_to_work(supernodes)
            raise
        self.say(f"{machine.name}: is back and does its work")

    def _drain(self, supernodes: Sequence[Supernode]) -> None:
        if not supernodes:
            return
        names = ", ".join(node.name for node in supernodes)
        self.say(f"{names}: draining, BGP and fastd off, {self.waits.drain:g} s")
        for node in supernodes:
            drain(self.network, self.shell, node)
        time.sleep(self.waits.drain)

    def _put_to_work(self, supernodes: Sequence[Supernode]) -> None:
        """As far as they answer."""
        for node in supernodes:
            with contextlib.suppress(OperationalError):
                put_to_work(self.network, self.shell, node)
                self.say(f"{node.name}: put to work again")

    def _others_answer(self, machine: ConfiguredMachine) -> None:
        """No nameserver goes down while another one is not well."""
        concerned = _nameservers_down_with(self.network, machine)
        if not concerned:
            return
        for other in self.network.nameservers:
            found = () if other.name in concerned else ailments(self.network, self.shell, other, self.zones)
            if found:
                raise OperationalError(
                    f"the nameserver {other.name} is not well: {'; '.join(found)}",
                    "Mend it first; two nameservers are never down at once",
                )

    def _await_back(self, machine: ConfiguredMachine, before: str, sessions: frozenset[str]) -> None:
        deadline = time.monotonic() + self.waits.back
        address = str(management_address(machine))
        trouble: tuple[str, ...] = ("it has not gone down",)
        while time.monotonic() < deadline:
            time.sleep(self.waits.between)
            with contextlib.suppress(OperationalError):
                if self.shell.run(address, STARTED, 15) == before:
                    continue
            trouble = self._trouble(machine, sessions)
            if not trouble:
                return
        raise OperationalError(
            f"it does not come back within {self.waits.back:g} s: {'; '.join(trouble)}",
            "See its console; GRUB's menu still holds the kernel that ran before",
        )

    def _await_guest(self, guest: ConfiguredMachine, sessions: frozenset[str]) -> None:
        """A guest whose host is back; one that was suspended meanwhile has its daemons still drained."""
        deadline = time.monotonic() + self.waits.back
        trouble: tuple[str, ...] = ("it was not asked",)
        while time.monotonic() < deadline:
            with contextlib.suppress(OperationalError):
                if isinstance(guest, Supernode):
                    put_to_work(self.network, self.shell, guest)
            trouble = ailments(self.network, self.shell, guest, self.zones, sessions)
            if not trouble:
                return
            time.sleep(self.waits.between)
        raise OperationalError(
            f"its guest {guest.name} does not come back within {self.waits.back:g} s: {'; '.join(trouble)}",
            f"See virsh console {guest.name} on its host",
        )

    def _trouble(self, machine: ConfiguredMachine, sessions: frozenset[str]) -> tuple[str, ...]:
        state = state_of(self.network, self.shell, machine)
        if state.verdict is not KernelVerdict.CURRENT:
            return (state.reason,)
        return ailments(self.network, self.shell, machine, self.zones, sessions)


@dataclass(frozen=True, slots=True)
class RollPlan:
    """What a roll would do.

    Attributes:
        groups: the machines to be rebooted, in order.
        passed_over: machines that are not as declared, which no reboot mends.
    """

    groups: tuple[tuple[str, ...], ...]
    passed_over: tuple[KernelState, ...]


def roll_plan(network: Network, shell: Shell) -> RollPlan:
    """Whom a roll would reboot, and whom it leaves alone although something is wrong.

    Raises:
        OperationalError: a machine does not answer, so its state is not known.
    """
    states = kernel_states(network, shell)
    silent = [state for state in states if state.verdict is KernelVerdict.UNREACHABLE]
    if silent:
        names = ", ".join(state.machine for state in silent)
        raise OperationalError(
            f"no answer of {names}: {silent[0].reason}", "Nothing is rebooted; mend that first"
        )
    machines = {machine.name: machine for machine in configured_machines(network)}
    mended = (KernelVerdict.CURRENT, KernelVerdict.REBOOT_NEEDED)
    return RollPlan(
        groups=roll_order(network, machines, states),
        passed_over=tuple(state for state in states if state.verdict not in mended),
    )


def _guests_of(network: Network, machine: ConfiguredMachine) -> tuple[Supernode | Nameserver, ...]:
    return tuple(network.guests_of(machine.name)) if isinstance(machine, DedicatedHost) else ()


def _nameservers_down_with(network: Network, machine: ConfiguredMachine) -> frozenset[str]:
    """The nameservers that are down while a machine reboots: itself, or a host's guests."""
    if isinstance(machine, Nameserver):
        return frozenset({machine.name})
    guests = _guests_of(network, machine)
    return frozenset(guest.name for guest in guests if isinstance(guest, Nameserver))
