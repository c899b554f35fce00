"""The first boot's files, judged by the real cloud-init: schema, and the network that it would set up."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from ffinfra.hosts.cloud_init import meta_data, network_config, user_data
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.machines import Nameserver, Supernode
from tests.hosts.isolation import needs
from tests.hosts.samples import sample_network

GUESTS = sample_network().guests


def _schema(text: str, place: Path) -> subprocess.CompletedProcess[str]:
    file = place / "user-data"
    file.write_text(text)
    return subprocess.run(
        ["cloud-init", "schema", "--config-file", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.full
@pytest.mark.parametrize("guest", GUESTS, ids=[guest.name for guest in GUESTS])
def test_cloud_init_accepts_the_user_data(guest: Supernode | Nameserver, tmp_path: Path) -> None:
    needs("cloud-init")
    judged = _schema(user_data(sample_network(), guest), tmp_path)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "Valid" in judged.stdout
    assert "deprecat" not in (judged.stdout + judged.stderr).lower()


@pytest.mark.full
def test_cloud_init_refuses_a_mistake(tmp_path: Path) -> None:
    needs("cloud-init")
    text = user_data(sample_network(), GUESTS[0])
    judged = _schema(text.replace("ssh_pwauth: false", "ssh_pwauth: [1]"), tmp_path)
    assert judged.returncode == 1
    assert "ssh_pwauth" in judged.stdout + judged.stderr


@pytest.mark.parametrize("guest", GUESTS, ids=[guest.name for guest in GUESTS])
def test_nothing_but_the_bootstrap_is_in_it(guest: Supernode | Nameserver) -> None:
    """The schema lets unknown keys pass, so they are listed here."""
    values = yaml.safe_load(user_data(sample_network(), guest))
    assert sorted(values) == [
        *("disable_root", "fqdn", "hostname", "runcmd", "ssh_pwauth", "timezone", "users", "write_files"),
    ]
    paths = [file["path"] for file in values["write_files"]]
    assert paths[:2] == [
        "/etc/apt/preferences.d/50-ffinfra-kernel.pref",
        "/etc/default/grub.d/50-ffinfra-kernel.cfg",
    ]
    assert [user["name"] for user in values["users"]] == ["root", "alex", "kim"]
    assert f"apt-mark hold {sample_network().kernel_of(guest).package}" in values["runcmd"][0][2]


def test_the_identity_of_a_machine_never_changes() -> None:
    assert yaml.safe_load(meta_data(sample_network(), GUESTS[0])) == {
        "instance-id": "sn1",
        "local-hostname": "sn1.mesh.musterstadt.example",
    }


@pytest.mark.full
def test_cloud_init_makes_the_declared_network_of_a_guest(tmp_path: Path) -> None:
    needs("cloud-init")
    network = sample_network()
    guest = network.supernodes[0]
    host = network.host(guest.host)
    assert isinstance(host, DedicatedHost)
    (tmp_path / "network-config").write_text(network_config(network, guest, host))
    command = ["cloud-init", "devel", "net-convert", "--network-data", str(tmp_path / "network-config")]
    command += ["--kind", "yaml", "--distro", "debian", "--output-kind", "networkd"]
    command += ["--directory", str(tmp_path / "out"), "--mac", f"ens3,{guest.hardware_address}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (tmp_path / "out").rglob("*.network")
    lines = made.read_text().splitlines()
    assert f"MACAddress={guest.hardware_address}" in lines
    assert {"Address=192.0.2.11/26", "Address=2001:db8:1::11/64"} <= set(lines)
    assert {"Gateway=192.0.2.1", "Gateway=2001:db8:1::1"} <= set(lines)
