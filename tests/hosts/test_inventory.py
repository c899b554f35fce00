"""The inventory for Ansible."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ffinfra.hosts.inventory import inventory
from ffinfra.hosts.transports import SshTransport, Transports
from tests.hosts.isolation import needs
from tests.hosts.samples import full_network, sample_network


def test_every_machine_stands_in_its_groups() -> None:
    made = inventory(sample_network(), Transports())
    groups = {name: group["hosts"] for name, group in made.items() if "hosts" in group}
    assert groups == {
        "vm_hosts": ["vm1", "vm2"],
        "supernodes": ["sn1", "sn2", "sn3", "sn4", "sn5", "sn6"],
        "nameservers": ["ns1", "ns2", "ns3"],
        "site_fra1": ["vm1", "sn1", "sn2", "ns1"],
        "site_ham1": ["vm2", "sn3", "sn4", "ns2"],
        "site_fsn1": ["sn5", "sn6", "ns3"],
        "hoster_rheinrack": ["vm1", "sn1", "sn2", "ns1"],
        "hoster_nordkolo": ["vm2", "sn3", "sn4", "ns2"],
        "hoster_hetzner": ["sn5", "sn6", "ns3"],
    }
    assert made["_meta"]["hostvars"]["ns1"] == {
        "ansible_host": "192.0.2.53",
        "ansible_user": "root",
        "ansible_port": 22,
        "ansible_python_interpreter": "/usr/bin/python3",
        "ffinfra_host": "vm1",
        "ffinfra_site": "fra1",
        "ffinfra_hoster": "rheinrack",
        "ffinfra_debian": "bookworm",
    }


def test_a_machine_stands_there_as_rollouts_reach_it() -> None:
    ways = Transports(SshTransport(port=2222), {"sn1": SshTransport(user="deploy", port=2022)})
    variables = inventory(full_network(), ways)["_meta"]["hostvars"]
    reached = {
        name: (values["ansible_host"], values["ansible_user"], values["ansible_port"])
        for name, values in variables.items()
    }
    assert reached["vm1"] == ("198.51.100.32", "root", 2222)
    assert reached["sn1"] == ("198.51.100.33", "deploy", 2022)
    assert reached["sn2"] == ("192.0.2.12", "root", 2222)
    assert reached["ns1"] == ("2001:db8:f::1", "root", 2222)


@pytest.mark.full
def test_ansible_accepts_it(tmp_path: Path) -> None:
    needs("ansible-inventory")
    script = tmp_path / "inventory"
    script.write_text(
        f"#!/bin/sh\ncat <<'END'\n{json.dumps(inventory(sample_network(), Transports()))}\nEND\n"
    )
    script.chmod(0o755)
    done = subprocess.run(
        ["ansible-inventory", "-i", str(script), "--list"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    listed = json.loads(done.stdout)
    assert listed["nameservers"] == {"hosts": ["ns1", "ns2", "ns3"]}
    assert len(listed["_meta"]["hostvars"]) == 11
    assert "WARNING" not in done.stderr
