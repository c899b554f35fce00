"""A VM host that does not answer, through the real program and ffinfra apply: its guests and the zones go on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.isolation import needs
from tests.lab.checkout import make_checkout
from tests.lab.test_booted_machines import Lab

pytestmark = [pytest.mark.full, pytest.mark.long]

RESOLVERS = "resolvers: [203.0.113.197, 203.0.113.198]"


@pytest.fixture
def lab(short_path: Path) -> Iterator[Lab]:
    needs("ansible-playbook", "ssh")
    made = Lab(make_checkout(short_path / "checkout"))
    made.run("up")
    yield made
    made.run("down")


def _silence(lab: Lab, machine: str) -> None:
    """From now on a machine is to be reached by SSH, at a port where nobody is."""
    for setting in ("user root", "port 1"):
        name, value = setting.split()
        path = f"ffinfra:transports.{machine}.{name}"
        lab.shell("pulumi", "config", "set", "--stack", "prod", "--path", path, value)


def test_its_guests_and_the_zones_go_on(lab: Lab) -> None:
    lab.apply()
    declaration, zone = lab.work / "Pulumi.prod.yaml", lab.work / "dns/zones/mesh.musterstadt.example.zone"
    text = declaration.read_text("utf-8")
    assert RESOLVERS in text
    declaration.write_text(text.replace(RESOLVERS, "resolvers: [203.0.113.197]"), "utf-8")
    zone.write_text(zone.read_text("utf-8") + 'new 300 TXT "word"\n', "utf-8")
    _silence(lab, "vm1")
    assert {"vm1", "sn1", "sn2", "mesh.musterstadt.example"} <= set(lab.planned())

    lab.shell("ffinfra", "approve", "--stack", "prod")
    command = [sys.executable, "-m", "ffinfra.cli", "lab", "shell", "--"]
    failed = subprocess.run(
        [*command, "ffinfra", "apply", "--stack", "prod"],
        cwd=lab.checkout, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert failed.returncode == 1
    assert "vm1 cannot be reached at root@192.0.2.2 port 1" in failed.stdout + failed.stderr
    assert set(lab.planned()) == {"vm1"}
    assert lab.shell("kdig", "@192.0.2.53", "+short", "new.mesh.musterstadt.example", "TXT") == '"word"\n'
