"""The pinned kernel: which one apt may install, what GRUB boots, what happens at a panic.

A rollout installs the kernel and holds it; it never reboots. The kernel that ran before stays installed, and GRUB
boots it when the declared one cannot be loaded, or has started twice without holding for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.templates import rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.kernel import DebianRelease, Kernel, KernelPackage, KernelSource, known_bad_ranges

UNIT: Final = Unit(name="ffinfra-kernel.service", action=UnitAction.RESTART, enabled=False)
PROBATION: Final = Unit(name="ffinfra-kernel-probation.service", action=UnitAction.RESTART)
SYSCTL: Final = Unit(name="systemd-sysctl.service", action=UnitAction.RESTART)
PREFERENCES: Final = "/etc/apt/preferences.d/50-ffinfra-kernel.pref"
GRUB_DEFAULT: Final = "/etc/default/grub.d/50-ffinfra-kernel.cfg"
SCRIPT: Final = "/usr/local/sbin/ffinfra-kernel"

PROBATION_SECONDS: Final = 900
"""How long a kernel must have run to be trusted: the bad one of row d crashed within minutes."""

PANIC_SECONDS: Final = 10
"""From a crash to the reboot: long enough to read the last words on a console."""


def preferences(kernel: Kernel, debian: DebianRelease, machine: str) -> str:
    """The apt preferences that pin the kernel (apt_preferences(5))."""
    other = KernelPackage.CLOUD if kernel.package is KernelPackage.STANDARD else KernelPackage.STANDARD
    return rendered("kernel.pref.j2", host=machine, kernel=kernel, suites=suites(kernel, debian), other=other)


def suites(kernel: Kernel, debian: DebianRelease) -> tuple[str, ...]:
    """The archive's suites that the kernel comes from; the newest version in any of them is the one.

    A stable release is three suites: security and stable updates bring the kernels that mend it.
    """
    match kernel.source:
        case KernelSource.STABLE:
            return (debian.value, f"{debian}-security", f"{debian}-updates")
        case KernelSource.BACKPORTS:
            return (f"{debian}-backports",)
        case _:
            assert_never(kernel.source)


def backports_source(debian: DebianRelease, machine: str) -> str:
    """The archive with newer kernels (sources.list(5), deb822 form)."""
    return rendered("backports.sources.j2", host=machine, debian=debian)


def grub_default(machine: str) -> str:
    """The part of GRUB's configuration that makes the pinned kernel the default."""
    return rendered("grub_default.cfg.j2", host=machine, script=SCRIPT, panic=PANIC_SECONDS)


def kernel_files(kernel: Kernel, debian: DebianRelease, machine: str) -> Topic:
    """Pin in apt, the installing unit, GRUB's default and fallback, reboot at a panic."""
    files = (*_choice(kernel, debian, machine), *_programs(machine), *_boot(machine))
    return Topic(files=files, units=(SYSCTL, UNIT, PROBATION))


def _choice(kernel: Kernel, debian: DebianRelease, machine: str) -> Iterator[HostFile]:
    """Which kernel apt is to take, and which never."""
    asks = (UNIT.name,)
    yield HostFile(path=PREFERENCES, content=preferences(kernel, debian, machine), units=asks)
    yield HostFile(
        path="/etc/ffinfra/kernel",
        content=rendered("kernel_declared.j2", host=machine, kernel=kernel),
        units=asks,
    )
    yield HostFile(
        path="/etc/ffinfra/known-bad-kernels",
        content=rendered("known_bad_kernels.j2", host=machine, ranges=known_bad_ranges()),
    )
    if kernel.source is KernelSource.BACKPORTS:
        yield HostFile(
            path="/etc/apt/sources.list.d/ffinfra-backports.sources",
            content=backports_source(debian, machine),
            units=asks,
        )


def _programs(machine: str) -> Iterator[HostFile]:
    """What installs it, and what sees after a start whether it holds."""
    yield HostFile(
        path=SCRIPT,
        content=rendered("ffinfra-kernel.sh.j2", host=machine, probation=PROBATION_SECONDS),
        mode=0o755,
        validator=Validator.SHELL,
    )
    yield HostFile(
        path="/etc/systemd/system/ffinfra-kernel.service",
        content=rendered("kernel.service.j2", host=machine, script=SCRIPT),
        validator=Validator.SYSTEMD_UNIT,
    )
    yield HostFile(
        path=f"/etc/systemd/system/{PROBATION.name}",
        content=rendered("kernel_probation.service.j2", host=machine, script=SCRIPT),
        validator=Validator.SYSTEMD_UNIT,
        units=(PROBATION.name,),
    )


def _boot(machine: str) -> Iterator[HostFile]:
    """Which kernel GRUB starts, and what a kernel does that panics."""
    asks = (UNIT.name,)
    yield HostFile(path=GRUB_DEFAULT, content=grub_default(machine), validator=Validator.SHELL, units=asks)
    yield HostFile(
        path="/etc/grub.d/06_ffinfra_fallback",
        content=rendered("grub_fallback.sh.j2", host=machine, script=SCRIPT),
        mode=0o755,
        validator=Validator.SHELL,
        units=asks,
    )
    yield HostFile(
        path="/etc/sysctl.d/60-ffinfra-panic.conf",
        content=rendered("sysctl_panic.conf.j2", host=machine, panic=PANIC_SECONDS),
        units=(SYSCTL.name,),
    )
