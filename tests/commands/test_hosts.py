"""``ffinfra inventory`` and ``ffinfra site-conf``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ffinfra.hosts.site_conf import mesh_vpn
from tests.commands.run import Runner
from tests.hosts.isolation import needs
from tests.hosts.samples import ROOT, sample_network

SN1_KEY = sample_network().supernodes[0].fastd.public_key


def test_the_inventory(ffinfra: Runner) -> None:
    ran = ffinfra("inventory", "--project", str(ROOT))
    assert (ran.code, ran.err) == (0, "")
    made = json.loads(ran.out)
    assert made["nameservers"] == {"hosts": ["ns1", "ns2", "ns3"]}
    one = ffinfra("inventory", "--project", str(ROOT), "--host", "sn5")
    assert json.loads(one.out) == made["_meta"]["hostvars"]["sn5"]
    assert json.loads(ffinfra("inventory", "--project", str(ROOT), "--host", "nobody").out) == {}


def test_the_inventory_and_the_kernels_are_asked_as_rollouts_go(
    ffinfra: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    (tmp_path / "dns").symlink_to(ROOT / "dns")
    ways = "  ffinfra:transport: {port: 2222}\n  ffinfra:transports:\n    sn1: {user: deploy, port: 2022}\n"
    declared = (ROOT / "Pulumi.prod.yaml").read_text()
    (tmp_path / "Pulumi.prod.yaml").write_text(declared.replace("\nconfig:\n", f"\nconfig:\n{ways}", 1))
    variables = json.loads(ffinfra("inventory", "--project", str(tmp_path)).out)["_meta"]["hostvars"]
    reached = {name: (one["ansible_user"], one["ansible_port"]) for name, one in variables.items()}
    assert (reached["sn1"], reached["sn2"]) == (("deploy", 2022), ("root", 2222))

    monkeypatch.setenv("FFINFRA_SSH", "sh -c 'echo \"$@\" >&2; exit 255' sh")
    for arguments, sn1, sn2 in (
        ((), "-p 2022 -l deploy 192.0.2.11", "-p 2222 -l root 192.0.2.12"),
        (("--port", "22"), "-p 22 -l deploy 192.0.2.11", "-p 22 -l root 192.0.2.12"),
    ):
        ran = ffinfra("kernel", "status", "--project", str(tmp_path), "--json", *arguments)
        reasons = {one["machine"]: one["reason"] for one in json.loads(ran.out)["machines"]}
        assert sn1 in reasons["sn1"]
        assert sn2 in reasons["sn2"]


@pytest.mark.full
def test_ansible_takes_the_command_for_an_inventory_script(tmp_path: Path) -> None:
    needs("ansible-inventory")
    script = tmp_path / "inventory"
    script.write_text(
        f'#!/bin/sh\ncd "{ROOT}" && PYTHONPATH="{ROOT}" exec "{sys.executable}" -m ffinfra.cli inventory "$@"\n'
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
    assert listed["supernodes"] == {"hosts": ["sn1", "sn2", "sn3", "sn4", "sn5", "sn6"]}
    assert len(listed["_meta"]["hostvars"]) == 11
    assert "WARNING" not in done.stderr


def test_what_site_conf_writes_loses_nothing(ffinfra: Runner, tmp_path: Path) -> None:
    written = ffinfra("site-conf", "--project", str(ROOT))
    assert (written.code, written.out) == (0, mesh_vpn(sample_network()))
    assert json.loads(ffinfra("site-conf", "--project", str(ROOT), "--json").out) == {
        "schema": "ffinfra.site-conf/1",
        "mesh_vpn": written.out,
    }
    file = tmp_path / "site.conf"
    file.write_text("{" + written.out + "}")
    ran = ffinfra("site-conf", "--project", str(ROOT), "--check", str(file))
    assert ran.code == 0
    assert "nothing is lost" in ran.out


def test_what_nodes_in_the_field_would_lose(ffinfra: Runner, tmp_path: Path) -> None:
    file = tmp_path / "site.conf"
    peer = f"sn1 = {{key = '{SN1_KEY}', remotes = {{'192.0.2.99 port 10000'}}}}"
    file.write_text(f"{{mesh_vpn = {{fastd = {{groups = {{backbone = {{peers = {{{peer}}}}}}}}}}}}}")
    ran = ffinfra("site-conf", "--project", str(ROOT), "--check", str(file), "--json")
    assert ran.code == 3
    assert json.loads(ran.out) == {
        "schema": "ffinfra.site-conf-check/1",
        "losses": [
            {
                "kind": "address-not-ours",
                "peer": "sn1",
                "what": "the firmware calls sn1 at 192.0.2.99, which is not its address",
                "way_out": "sn1 has 192.0.2.11 and 2001:db8:1::11; keep the old address until the firmware is "
                "everywhere",
            }
        ],
        "untold": ["sn2", "sn3", "sn4", "sn5", "sn6"],
    }
    assert "address-not-ours: the firmware calls sn1" in ran.err


@pytest.mark.parametrize("text", [None, "{mesh_vpn = "])
def test_a_site_conf_that_cannot_be_read(ffinfra: Runner, tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "site.conf"
    if text is not None:
        file.write_text(text)
    ran = ffinfra("site-conf", "--project", str(ROOT), "--check", str(file))
    assert ran.code == 2
    assert str(file) in ran.err
    assert "Traceback" not in ran.err


def test_kernel_status_of_machines_that_do_not_answer(
    ffinfra: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFINFRA_SSH", "sh -c 'echo no route to host >&2; exit 255'")
    ran = ffinfra("kernel", "status", "--project", str(ROOT), "--json")
    assert ran.code == 3
    machines = json.loads(ran.out)["machines"]
    assert [one["machine"] for one in machines][:3] == ["vm1", "vm2", "sn1"]
    assert {one["verdict"] for one in machines} == {"unreachable"}
    assert machines[2]["reason"] == "192.0.2.11: no route to host"
    refused = ffinfra("kernel", "roll", "--yes", "--project", str(ROOT))
    assert refused.code == 1
    assert "no answer of vm1, vm2, sn1" in refused.err


def test_kernel_roll_names_what_no_reboot_mends(
    ffinfra: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play = tmp_path / "ssh"
    play.write_text(
        "#!/bin/sh\nprintf 'running 6.1.0-40-amd64\\ndeclared 6.1.0-40-amd64\\nversion 6.1.153-1\\n'\n"
        'case "$*" in *192.0.2.11*) echo held ;; *) echo held linux-image-amd64 ;; esac\n'
    )
    play.chmod(0o755)
    monkeypatch.setenv("FFINFRA_SSH", str(play))
    ran = ffinfra("kernel", "roll", "--yes", "--project", str(ROOT), "--json")
    assert ran.code == 3, ran.err
    shown = json.loads(ran.out)
    assert shown["rebooted"] == []
    left = {one["machine"]: one["reason"] for one in shown["passed_over"]}
    assert left["sn1"] == "linux-image-amd64 is not held; an upgrade would replace it"
    assert "left alone: sn1: linux-image-amd64 is not held" in ran.err
