"""Which kernel a machine runs, which one is installed for the next boot, which one is declared (pure).

A rollout installs and holds the declared kernel but never reboots; a machine is behind when the kernel that
it runs is not the one that its declared package depends on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ffinfra.hosts.kernel_pin import SCRIPT
from ffinfra.hosts.rendering import ConfiguredMachine
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import Kernel, known_bad
from ffinfra.network.machines import Nameserver
from ffinfra.network.network import Network

QUESTION: Final = (
    "echo running $(uname -r); "
    f"echo declared $([ -x {SCRIPT} ] && {SCRIPT} release || true); "
    "echo version $(dpkg-query --show --showformat='${{Version}}' {package} 2>/dev/null || true); "
    "echo held $(apt-mark showhold {package} 2>/dev/null || true)"
)
"""What is asked on a machine, by a shell; each answer is one line of a word and a value."""


class KernelVerdict(StrEnum):
    """What is to be said of a machine's kernel."""

    CURRENT = "current"
    REBOOT_NEEDED = "reboot-needed"
    NOT_INSTALLED = "not-installed"
    OTHER_VERSION = "other-version"
    NOT_HELD = "not-held"
    KNOWN_BAD = "known-bad"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelState:
    """A machine's kernels.

    Attributes:
        machine: its name.
        pinned: package and, where one is declared, version.
        running: the release that runs (``uname -r``); empty where the machine does not answer.
        installed: the release that the declared package boots; empty where it is not installed.
        version: the installed package's version.
        verdict: what is to be said.
        reason: in words; empty when all is well.
    """

    machine: str
    pinned: str
    running: str = ""
    installed: str = ""
    version: str = ""
    verdict: KernelVerdict
    reason: str = ""


def kernel_question(kernel: Kernel) -> str:
    """The shell commands that ask a machine for its kernels."""
    return QUESTION.format(package=kernel.package.value)


def pinned_text(kernel: Kernel) -> str:
    """The declared kernel in words."""
    return f"{kernel.package} {kernel.version or f'({kernel.source})'}"


def kernel_state(machine: str, kernel: Kernel, answer: str) -> KernelState:
    """Judge what a machine answered to ``kernel_question``."""
    words = dict(line.partition(" ")[::2] for line in answer.splitlines())
    running, installed = words.get("running", "").strip(), words.get("declared", "").strip()
    version, held = words.get("version", "").strip(), words.get("held", "").strip()
    verdict, reason = _verdict(kernel, running, installed, version, held)
    return KernelState(
        machine=machine,
        pinned=pinned_text(kernel),
        running=running,
        installed=installed,
        version=version,
        verdict=verdict,
        reason=reason,
    )


def unreachable(machine: str, kernel: Kernel, reason: str) -> KernelState:
    """The state of a machine that does not answer."""
    return KernelState(
        machine=machine, pinned=pinned_text(kernel), verdict=KernelVerdict.UNREACHABLE, reason=reason
    )


def _verdict(
    kernel: Kernel, running: str, installed: str, version: str, held: str
) -> tuple[KernelVerdict, str]:
    """The worst first."""
    bad = known_bad(version) if version else None
    if bad is not None:
        return KernelVerdict.KNOWN_BAD, f"{version} is known to be bad: {bad.reason}"
    if not installed or not version:
        return KernelVerdict.NOT_INSTALLED, f"{kernel.package} is not installed; the next rollout installs it"
    if kernel.version is not None and version != kernel.version:
        return KernelVerdict.OTHER_VERSION, f"{version} is installed, {kernel.version} is declared"
    if held != kernel.package.value:
        return KernelVerdict.NOT_HELD, f"{kernel.package} is not held; an upgrade would replace it"
    if running != installed:
        return KernelVerdict.REBOOT_NEEDED, f"{running} runs, {installed} is to be booted"
    return KernelVerdict.CURRENT, ""


def roll_order(
    network: Network, machines: Mapping[str, ConfiguredMachine], states: Sequence[KernelState]
) -> tuple[tuple[str, ...], ...]:
    """Who is rebooted, in which order: one group after the other, within a group one machine after the other.

    A group is one site, so that what stands elsewhere carries on. Guests come before the host that carries
    them, nameservers last among the guests: a bad kernel shows at a supernode first.
    """
    waiting = [state.machine for state in states if state.verdict is KernelVerdict.REBOOT_NEEDED]
    sites: dict[str, list[str]] = {}
    for name in waiting:
        sites.setdefault(_site(network, machines[name]), []).append(name)
    return tuple(
        tuple(sorted(names, key=lambda name: (_rank(machines[name]), name)))
        for _site_name, names in sorted(sites.items())
    )


def _site(network: Network, machine: ConfiguredMachine) -> str:
    host = machine if isinstance(machine, DedicatedHost) else network.host(machine.host)
    return host.location.site


def _rank(machine: ConfiguredMachine) -> int:
    if isinstance(machine, DedicatedHost):
        return 2
    return 1 if isinstance(machine, Nameserver) else 0
