"""A machine's power: cut as by a fault of the mains, and back with what it had written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.lab.nspawn.machine import await_ready
from tests.lab.nspawn.machines import Yard, yard

pytestmark = [pytest.mark.full, pytest.mark.root]

ADDRESS = "192.0.2.53"


@pytest.fixture
def ours() -> Iterator[Yard]:
    with tempfile.TemporaryDirectory(prefix="yard-") as directory, yard(Path(directory)) as opened:
        yield opened


def test_a_power_cut_ends_it_at_once_and_loses_no_file(ours: Yard) -> None:
    root = f"{{name: root, ssh_authorized_keys: [{ours.public_key}]}}"
    user_data = f"#cloud-config\ndisable_root: false\nusers: [{root}]"
    ours.boot("ns1", user_data, "instance-id: ns1\nlocal-hostname: ns1\n", ADDRESS)
    ours.await_login("ns1", ADDRESS)
    ours.ssh(ADDRESS, "echo written >/root/note")
    machine = ours.machines["ns1"]
    machine.cut_power()
    await_ready(machine, lambda: not machine.running, seconds=10)
    assert ours.ssh(ADDRESS, "true", check=False).returncode == 255
    machine.restore_power()
    await_ready(machine, lambda: ours.ssh(ADDRESS, "true", check=False).returncode == 0)
    assert ours.ssh(ADDRESS, "cat /root/note").stdout == "written\n"
