"""A VM host in namespaces: a real libvirtd, a bridge, and the rendered guests, without acceleration."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ffinfra.hosts.cloud_init import FIRST_BOOT_REBOOTS
from ffinfra.hosts.guests import BASE_IMAGE, DIRECTORY, IMAGES, SCRIPT, Accelerator, domain_definition
from ffinfra.hosts.rendering import render_host
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import DebianRelease
from ffinfra.network.network import Network
from tests.hosts.isolation import Isolation, awaited, isolation
from tests.hosts.samples import sample_secrets, sample_zones
from tests.lab.nspawn.machines import HERE, Yard, keygen

BOOT_SECONDS: Final = 1200
"""Without acceleration, two at once on two busy cores; a quarter of it where nothing else runs."""

_SETTLED: Final = f"""\
cloud-init status --long | grep -Eq '^status: (done|error)' || exit 1
test ! -e {FIRST_BOOT_REBOOTS} || exit 1
cat /proc/sys/kernel/random/boot_id
systemctl is-system-running | grep -E 'running|degraded'
"""
"""The file is looked for last: a first boot makes it while cloud-init is at work."""

_PRIVATE: Final = {
    "/etc/libvirt": "etc",
    "/var/lib/libvirt": "lib",
    "/var/log/libvirt": "log",
    "/var/cache/libvirt": "cache",
    "/etc/ffinfra": "ffinfra",
    "/usr/local/sbin": "sbin",
}
"""Directories of a VM host -> our own for them."""

_BRIDGE: Final = f"""\
ip link add br0 type bridge
ip address add {HERE}/26 dev br0
ip link set br0 up
"""

_LIBVIRTD: Final = 'auth_unix_ro = "none"\nauth_unix_rw = "none"\nunix_sock_group = "root"\n'

_QEMU: Final = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
"""
"""No cgroups and no users of the computer's: what separates QEMU here is the namespaces."""


@dataclass
class Hypervisor:
    """The VM host's side: its namespaces, and a way to its guests."""

    isolated: Isolation
    yard: Yard
    addresses: dict[str, str] = field(default_factory=dict)
    boots: dict[str, str] = field(default_factory=dict)

    def start(self, network: Network, host_name: str, name: str) -> None:
        """Do what the guest's rendered unit does."""
        host = network.host(host_name)
        assert isinstance(host, DedicatedHost)
        guest = next(guest for guest in network.guests_of(host.name) if guest.name == name)
        assert guest.size is not None
        for file in render_host(network, host.name, sample_secrets(), sample_zones()).files:
            if file.path == SCRIPT or file.path.startswith(f"{DIRECTORY}/{name}/"):
                self._write(file.path, file.content, file.mode)
        definition = domain_definition(network, host, guest, Accelerator.EMULATION)
        self._write(f"{DIRECTORY}/{name}/domain.xml", definition, 0o644)
        self.isolated.run(SCRIPT, name, str(guest.size.disk))
        self.addresses[name] = str(guest.ipv4)
        self.follow_console(name)

    def follow_console(self, name: str) -> None:
        """Keep what the guest says on its serial line; asked anew after a power cycle, which gives it another."""
        line = self.isolated.run("virsh", "ttyconsole", name).stdout.strip()
        self.isolated.start("cat", line, log=self.yard.place / f"{name}.console")

    def ssh(self, name: str, script: str, *, check: bool = True) -> str:
        """What a script says on a guest."""
        return self.yard.ssh(self.addresses[name], script, check=check).stdout.strip()

    def await_boot(self, name: str) -> None:
        """Wait for a boot that was not seen before, until the guest has settled and is not about to reboot."""
        last_boot = self.boots.get(name)

        def look() -> str | None:
            try:
                said = self.ssh(name, _SETTLED, check=False).split()
            except subprocess.TimeoutExpired:
                return None  # it went down in the middle of the answer
            return said[0] if len(said) == 2 and said[0] != last_boot else None

        started = time.monotonic()
        try:
            self.boots[name] = awaited(look, BOOT_SECONDS, f"{name} has booted")
        except AssertionError as error:
            raise AssertionError(f"{error}; its console ends with:\n{self.console(name)[-3000:]}") from error
        print(f"{name}: awaited for {time.monotonic() - started:.0f} s", file=sys.stderr)

    def send_off(self, name: str, command: str) -> None:
        """Give a command that the connection may not outlive."""
        self.ssh(name, f"systemd-run --quiet --on-active=1 sh -c {shlex.quote(command)}")

    @contextlib.contextmanager
    def running(self, name: str, script: str) -> Iterator[subprocess.Popen[str]]:
        """Run a script on a guest for as long as we are here."""
        command = [*self.yard.enter, *self.yard.ssh_command, f"root@{self.addresses[name]}", script]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()

    def console(self, name: str) -> str:
        """All that it has said on its serial line."""
        return (self.yard.place / f"{name}.console").read_text("utf-8", errors="replace")

    def started_kernels(self, name: str) -> list[str]:
        """The kernels that were started so far, by their first words."""
        return re.findall(r"Linux version (\S+)", self.console(name))

    def put(self, name: str, path: str, content: str) -> None:
        """Write a file on a guest."""
        self.yard.run(*self.yard.ssh_command, f"root@{self.addresses[name]}", f"cat >{path}", text=content)

    def _write(self, path: str, content: str, mode: int) -> None:
        """Put a file where the VM host has it."""
        for seen, ours in _PRIVATE.items():
            if path.startswith(f"{seen}/"):
                target = self.yard.place / ours / path.removeprefix(f"{seen}/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content)
                target.chmod(mode)


@contextlib.contextmanager
def hypervisor(place: Path, image: Path) -> Iterator[Hypervisor]:
    """Start libvirtd; everything inside is gone at the end, the guests among it."""
    with isolation(user=False) as isolated:
        yard = Yard(place, isolated.holder)
        keygen(place / "key")
        _make_directories(place, image)
        binds = (f"mkdir -p {seen}\nmount --bind {place}/{ours} {seen}\n" for seen, ours in _PRIVATE.items())
        isolated.script("".join(binds) + _BRIDGE)
        isolated.start("libvirtd", log=place / "libvirtd.log")
        awaited(lambda: isolated.run("virsh", "version", check=False).returncode == 0 or None, 60, "libvirtd")
        yield Hypervisor(isolated, yard)


def _make_directories(place: Path, image: Path) -> None:
    """libvirt's settings, and the image that an administrator has put there."""
    for ours in _PRIVATE.values():
        (place / ours).mkdir()
    for name, content in (("libvirtd.conf", _LIBVIRTD), ("qemu.conf", _QEMU)):
        (place / "etc" / name).write_text(content)
    images = place / "lib" / Path(IMAGES).name
    images.mkdir()
    base = str(images / BASE_IMAGE[DebianRelease.BOOKWORM])
    command = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image), base]
    subprocess.run(command, check=True)
