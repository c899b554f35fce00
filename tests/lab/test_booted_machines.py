"""A lab of grade nspawn: the declared servers are Debian, and a change reaches the machines that it is for, alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.isolation import needs
from tests.lab.checkout import make_checkout

pytestmark = [pytest.mark.full, pytest.mark.root, pytest.mark.long]

ADDRESSES = {"sn1": "192.0.2.11", "sn5": "203.0.113.11", "ns1": "192.0.2.53", "ns3": "203.0.113.53"}
LEFT_OUT = ("sn2", "sn3", "sn4", "sn6")

UNITS = "systemctl list-units --type=service --state=running --plain --no-legend | cut -d' ' -f1"
STARTS = f"for unit in $({UNITS}); do echo $unit $(systemctl show --property=MainPID --value $unit); done"


class Lab:
    """A standing lab with four of the sample network's servers and what they hang on."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.work = checkout / ".lab" / "work"

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "ffinfra.cli", "lab", *arguments]
        done = subprocess.run(
            command, cwd=self.checkout, capture_output=True, text=True, timeout=400, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def shell(self, *command: str) -> str:
        return self.run("shell", "--", *command)

    def apply(self) -> None:
        """Through the gate."""
        self.shell("ffinfra", "approve", "--stack", "prod")
        self.shell("ffinfra", "apply", "--stack", "prod")

    def planned(self) -> dict[str, list[str]]:
        """Resource -> the properties that would change."""
        changes = json.loads(self.shell("ffinfra", "preview", "--stack", "prod", "--json"))["changes"]
        return {
            change["name"]: [one["path"] for one in change["properties"]]
            for change in changes
            if change["operation"] != "same"
        }

    def on(self, machine: str, script: str) -> str:
        return self.shell("sh", "-c", '$FFINFRA_SSH "root@$0" "$1"', ADDRESSES[machine], script).strip()

    def processes(self, machine: str) -> dict[str, str]:
        """Our daemons and their main processes."""
        lines = (line.split() for line in self.on(machine, STARTS).splitlines())
        return {unit: process for unit, process in lines if not unit.startswith(("systemd-", "user@"))}


@pytest.fixture
def lab(short_path: Path) -> Iterator[Lab]:
    if os.geteuid() != 0:
        pytest.skip("machines need root")
    needs("systemd-nspawn", "debootstrap", "ansible-playbook", "ssh")
    made = Lab(make_checkout(short_path / "checkout"))
    _leave_out_supernodes(made.checkout / "Pulumi.prod.yaml")
    made.run("up", "--machines", "nspawn")
    yield made
    made.run("down")


def _leave_out_supernodes(file: Path) -> None:
    """Two of six supernodes are enough here, one on a host of its own and one in the cloud."""
    text = file.read_text("utf-8").replace("minimum_supernodes: 3", "minimum_supernodes: 1")
    for name in LEFT_OUT:
        text, count = re.subn(rf"      - name: {name}\n(?:        .*\n)+", "", text)
        assert count == 1
    file.write_text(text, "utf-8")


def _change_a_fastd_option(file: Path) -> None:
    """Another limit of peers, for every supernode."""
    text, count = re.subn(
        r"(          public_key: .*\n)", r"\1          peer_limit: 150\n", file.read_text("utf-8")
    )
    assert count == len([name for name in ADDRESSES if name.startswith("sn")])
    file.write_text(text, "utf-8")


def test_a_fastd_option_reaches_the_supernodes_alone_and_restarts_fastd_alone(lab: Lab) -> None:
    lab.apply()
    before = {machine: lab.processes(machine) for machine in ADDRESSES}
    instances = {"sn1": 5, "sn5": 1}
    for name, count in instances.items():
        assert {f"fastd-mesh{number}.service" for number in range(count)} < set(before[name])
        assert {"bird.service", "dnsmasq.service"} < set(before[name])
    assert "knot.service" in before["ns1"]
    assert "knot.service" in before["ns3"]
    for machine in ADDRESSES:
        assert "policy drop" in lab.on(machine, "nft list chain inet ffinfra input")
    assert lab.shell("kdig", "@203.0.113.53", "+short", "build.mesh.musterstadt.example", "CNAME") == (
        "rena.mesh.musterstadt.example.\n"
    )

    _change_a_fastd_option(lab.work / "Pulumi.prod.yaml")
    assert lab.planned() == {
        name: [f'files["/etc/fastd/mesh{number}/fastd.conf"].content' for number in range(count)]
        for name, count in instances.items()
    }
    lab.apply()
    after = {machine: lab.processes(machine) for machine in ADDRESSES}
    restarted = {
        machine: sorted(unit for unit in before[machine] if before[machine][unit] != after[machine].get(unit))
        for machine in ADDRESSES
    }
    assert restarted == {
        "sn1": [f"fastd-mesh{number}.service" for number in range(5)],
        "sn5": ["fastd-mesh0.service"],
        "ns1": [],
        "ns3": [],
    }
