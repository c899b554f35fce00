"""Status and roll against a real machine: Debian with systemd, rebooted for real.

A machine of systemd-nspawn runs the kernel of its host, so what ``uname`` says is played; everything else is not.
"""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import configured_machine
from ffinfra.kernels.health import STARTED, ailments
from ffinfra.kernels.roll import Roll, Waits
from ffinfra.kernels.shell import Ssh
from ffinfra.kernels.state import KernelVerdict
from ffinfra.kernels.status import state_of
from ffinfra.network.network import Network
from tests.hosts.isolation import needs
from tests.lab.nspawn.machines import network_with_key, yard
from tests.lab.nspawn.rolled import Rolled

pytestmark = [pytest.mark.full, pytest.mark.root]

ZONES = ("mesh.musterstadt.example", "nodes.musterstadt.example")
OLD, NEW = "6.1.0-37-amd64", "6.1.0-40-amd64"

PLAY = f"""\
set -eu
make() {{
    mkdir -p "/tmp/$1/DEBIAN"
    printf 'Package: %s\\nVersion: 6.1.153-1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n%s' "$1" "$2" \\
        >"/tmp/$1/DEBIAN/control"
    dpkg-deb --build "/tmp/$1" "/tmp/$1.deb" >/dev/null
    dpkg --install "/tmp/$1.deb" >/dev/null
}}
make linux-image-{NEW} ''
make linux-image-amd64 'Depends: linux-image-{NEW}
'
apt-mark hold linux-image-amd64 >/dev/null
printf '#!/bin/sh\\n[ -e /run/not-rebooted ] && echo {OLD} || echo {NEW}\\n' >/usr/local/bin/uname
chmod 755 /usr/local/bin/uname
touch /run/not-rebooted
"""
"""The declared kernel installed and held, and a uname that says the old one until the machine is rebooted."""


@pytest.fixture(scope="module")
def rolled() -> Iterator[tuple[Rolled, Network, Ssh]]:
    needs("ansible-playbook")
    with (
        tempfile.TemporaryDirectory(prefix="yard-") as directory,
        yard(Path(directory)) as ours,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in ours.ansible_environment.items():
            patch.setenv(name, value)
        patch.setenv("FFINFRA_SSH", shlex.join([*ours.enter, "ssh", *ours.ssh_options]))
        sample = network_with_key(ours.public_key)
        alone = sample.model_copy(update={"nameservers": sample.nameservers[:1]})
        yield Rolled(ours, sample, "ns1"), alone, Ssh()


def test_from_behind_to_current_by_a_reboot(rolled: tuple[Rolled, Network, Ssh]) -> None:
    machine, network, shell = rolled
    ns1 = configured_machine(network, "ns1")
    assert state_of(network, shell, ns1).verdict is KernelVerdict.NOT_INSTALLED
    machine.says(PLAY)
    state = state_of(network, shell, ns1)
    assert (state.verdict, state.running, state.installed, state.version) == (
        KernelVerdict.REBOOT_NEEDED, OLD, NEW, "6.1.153-1"
    )  # fmt: skip
    assert ailments(network, shell, ns1, ZONES) == ()
    started = machine.says(STARTED)
    said: list[str] = []
    done = Roll(network, shell, ZONES, said.append, Waits(0, 120, 0.5)).run((("ns1",),))
    assert done == ("ns1",)
    assert said == ["ns1: rebooting", "ns1: is back and does its work"]
    assert machine.says(STARTED) != started
    assert state_of(network, shell, ns1).verdict is KernelVerdict.CURRENT
    assert ailments(network, shell, ns1, ZONES) == ()


def test_what_keeps_a_nameserver_from_its_work_is_named(rolled: tuple[Rolled, Network, Ssh]) -> None:
    machine, network, shell = rolled
    ns1 = configured_machine(network, "ns1")
    assert ailments(network, shell, ns1, ("elsewhere.example",)) == (
        "it gives no answer for elsewhere.example",
    )
    machine.says("systemctl stop knot")
    assert "knot.service is inactive" in ailments(network, shell, ns1, ZONES)
    machine.ours.machines["ns1"].stop()
    (silent,) = ailments(network, shell, ns1, ZONES)
    assert "192.0.2.53" in silent
    assert state_of(network, shell, ns1).verdict is KernelVerdict.UNREACHABLE
