"""The whole configuration of one supernode, one primary, one secondary and one VM host, as it was approved.

After a wanted change: ``python -m tests.hosts.test_golden`` writes them anew; read the difference before you
commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.rendering import render_host
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

GOLDEN = Path(__file__).parent / "golden"
MACHINES = ("sn3", "ns1", "ns2", "vm2")


def _as_text(configuration: HostConfiguration) -> str:
    """Packages, units and files one below the other."""
    lines = [f"packages: {' '.join(configuration.packages)}"]
    lines += [
        f"unit: {unit.name} {unit.action}{'' if unit.enabled else ' (not at boot)'}"
        for unit in configuration.units
    ]
    for file in configuration.files:
        marks = [f"{file.mode:04o} {file.owner}:{file.group}"]
        marks += [f"judged by {file.validator}"] if file.validator else []
        marks += ["secret"] if file.secret else []
        marks += ["only created"] if file.create_only else []
        marks += [f"for {' '.join(file.units)}"] if file.units else []
        lines += ["", f"==> {file.path} ({', '.join(marks)}) <==", file.content.rstrip("\n")]
    return "\n".join(lines) + "\n"


def _rendered(machine: str) -> str:
    return _as_text(render_host(sample_network(), machine, sample_secrets(), sample_zones()))


@pytest.mark.parametrize("machine", MACHINES)
def test_the_machine_is_rendered_as_approved(machine: str) -> None:
    assert _rendered(machine) == (GOLDEN / f"{machine}.txt").read_text()


if __name__ == "__main__":
    for name in MACHINES:
        (GOLDEN / f"{name}.txt").write_text(_rendered(name))
