"""Machines for tests: what they are made from, and a network namespace of the test's own around them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_interface
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import render_host
from ffinfra.lab.nspawn.base import base_root
from ffinfra.lab.nspawn.machine import Machine, MachineOrder, await_ready, boot
from ffinfra.network.network import Network
from tests.hosts.isolation import needs
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

HERE = "192.0.2.57"
"""Our address towards the machines: one of the management prefixes."""


@dataclass
class Yard:
    """A network namespace, a key to log in with, and the machines."""

    place: Path
    holder: subprocess.Popen[bytes]
    machines: dict[str, Machine] = field(default_factory=dict)

    @property
    def enter(self) -> list[str]:
        """Enters the network namespace."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]

    def run(
        self, *command: str, check: bool = True, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the network namespace."""
        done = subprocess.run(
            [*self.enter, *command], input=text, capture_output=True, text=True, timeout=60, check=False
        )
        if check:
            assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def boot(self, name: str, user_data: str, meta_data: str, address: str) -> None:
        """Boot a machine and give us a way to it."""
        order = MachineOrder(
            name=name, user_data=user_data, meta_data=meta_data, addresses=(ip_interface(f"{address}/24"),)
        )
        self.machines[name] = boot(order, sample_base(), self.place / f"{name}.log", enter=self.enter)
        await_ready(self.machines[name], lambda: self._linked(name))
        self.run("ip", "address", "add", f"{HERE}/32", "dev", f"vm-{name}")
        self.run("ip", "route", "add", f"{address}/32", "dev", f"vm-{name}", "src", HERE)

    def await_login(self, name: str, address: str) -> None:
        """Wait until cloud-init has run and root may log in."""
        done = "test -e /run/cloud-init/result.json && ! systemctl is-system-running | grep -q starting"
        await_ready(
            self.machines[name], lambda: self.ssh(address, done, check=False).returncode == 0, seconds=180
        )

    @property
    def public_key(self) -> str:
        """What the machines let in."""
        return (self.place / "key.pub").read_text().strip()

    def ssh(self, address: str, script: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a script on a machine."""
        return self.run(*self.ssh_command, f"root@{address}", script, check=check)

    @property
    def ssh_command(self) -> list[str]:
        """ssh with the yard's key and memory."""
        return ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", *self.ssh_options]

    @property
    def ssh_options(self) -> list[str]:
        known, key = self.place / "known_hosts", self.place / "key"
        options = ["-F", "none", "-i", str(key), "-o", f"UserKnownHostsFile={known}"]
        return [*options, "-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR"]

    @property
    def ansible_environment(self) -> dict[str, str]:
        """What makes Ansible use the namespace, the key and the memory."""
        wrapper = self.place / "ssh"
        if not wrapper.exists():
            wrapper.write_text(f'#!/bin/sh\nexec {" ".join(self.enter)} ssh "$@"\n')
            wrapper.chmod(0o755)
        return {
            "ANSIBLE_SSH_EXECUTABLE": str(wrapper),
            "ANSIBLE_SSH_COMMON_ARGS": " ".join(self.ssh_options),
            "ANSIBLE_HOME": str(self.place / "ansible"),
        }

    def _linked(self, name: str) -> bool:
        shown = self.run("ip", "-o", "link", "show", f"vm-{name}", check=False).stdout
        return "LOWER_UP" in shown


def network_with_key(key: str) -> Network:
    """The sample network, whose administrators have the test's key."""
    network = sample_network()
    people = tuple(
        person.model_copy(update={"ssh_keys": (key, *person.ssh_keys)}) for person in network.administrators
    )
    return network.model_copy(update={"administrators": people})


def sample_base() -> Path:
    """The shared root with all packages of the sample network's guests."""
    return base_root(sample_packages(), lambda words: print(words, file=sys.stderr))


def sample_packages() -> set[str]:
    """What the guests of the sample network have installed."""
    return {
        package
        for guest in sample_network().guests
        for package in render_host(sample_network(), guest.name, sample_secrets(), sample_zones()).packages
    }


@contextlib.contextmanager
def yard(place: Path) -> Iterator[Yard]:
    """Open the network namespace; at the end every machine is gone, also when the test process is killed."""
    if os.geteuid() != 0:
        pytest.skip("machines need root")
    needs("systemd-nspawn", "debootstrap", "unshare", "nsenter", "setpriv", "ip", "ssh-keygen")
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net"]
    holder = subprocess.Popen(
        [*command, "sh", "-c", "ip link set lo up && echo ready && exec sleep infinity"],
        stdout=subprocess.PIPE,
    )
    opened = Yard(place, holder)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        keygen(place / "key")
        yield opened
    finally:
        for machine in opened.machines.values():
            machine.stop()
        holder.kill()
        holder.communicate()


def keygen(path: Path) -> None:
    """Make a key pair to log in with."""
    command: Sequence[str] = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    assert shutil.which(command[0])
    subprocess.run(command, check=True)
