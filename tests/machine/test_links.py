"""Which interfaces are to be made anew; that they are is tests/provider/test_ssh_transport.py's to show."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ffinfra.machine.links import Outdated, outdated

BRIDGE = "[NetDev]\nName=br-mesh\nKind=bridge\n"
TUNNEL = "# header\n[NetDev]\nName=bb1\nKind=gre\n\n[Tunnel]\nRemote=192.0.2.1\n"
FOLDER = "/etc/systemd/network"


@pytest.fixture(autouse=True)
def _links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [
        {"ifname": "lo", "ifindex": 1},
        {"ifname": "bb1", "ifindex": 2},
        {"ifname": "br-mesh", "ifindex": 3},
        {"ifname": "bat0", "ifindex": 4, "master": "br-mesh"},
    ]
    (tmp_path / "ip").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(shown)}\nEND\n")
    (tmp_path / "ip").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def test_a_changed_and_a_removed_one_and_their_ports() -> None:
    before = {
        f"{FOLDER}/1.netdev": TUNNEL,
        f"{FOLDER}/2.netdev": BRIDGE,
        f"{FOLDER}/2.network": "[Match]\nName=lo\n",
        "/etc/1.netdev": TUNNEL,
    }
    after = {f"{FOLDER}/1.netdev": TUNNEL.replace("192.0.2.1", "192.0.2.2")}
    assert outdated(before, after, ()) == (
        Outdated("bb1", becomes="bb1", ports=()),
        Outdated("br-mesh", becomes=None, ports=("bat0",)),
    )


def test_one_whose_comment_alone_has_changed_stays() -> None:
    path = f"{FOLDER}/1.netdev"
    assert outdated({path: TUNNEL}, {path: TUNNEL.replace("header", "another")}, ()) == ()


def test_one_that_the_kernel_could_not_make_is_not_awaited() -> None:
    path = f"{FOLDER}/9.netdev"
    assert outdated({path: TUNNEL.replace("bb1", "bb9")}, {}, ()) == ()


def test_a_file_of_another_name_declares_the_same_interface() -> None:
    before = {f"{FOLDER}/1.netdev": TUNNEL}
    assert outdated(before, {f"{FOLDER}/9.netdev": TUNNEL}, ()) == (Outdated("bb1", becomes="bb1", ports=()),)


def test_what_a_rollout_that_was_cut_off_left_behind() -> None:
    after = {f"{FOLDER}/1.netdev": TUNNEL}
    assert outdated({}, after, noted=[Outdated("bb1", "bb1", ()), Outdated("gone", None, ("lo",))]) == (
        Outdated("bb1", becomes="bb1", ports=()),
    )


def test_one_that_was_deleted_and_not_made_anew_gets_its_ports_but_those_that_are_elsewhere_now() -> None:
    after = {f"{FOLDER}/1.netdev": BRIDGE.replace("br-mesh", "br0")}
    assert outdated({}, after, noted=[Outdated("br0", "br0", ("lo", "bat0", "vnet7"))]) == (
        Outdated("br0", becomes="br0", ports=("lo", "vnet7")),
    )


def test_one_that_was_made_anew_without_its_ports() -> None:
    after = {f"{FOLDER}/1.netdev": BRIDGE}
    assert outdated({}, after, noted=[Outdated("br-mesh", "br-mesh", ("bat0", "lo"))]) == (
        Outdated("br-mesh", becomes="br-mesh", ports=("bat0", "lo")),
    )


def test_a_renamed_one_keeps_its_ports() -> None:
    """Also those that no .network file names: libvirt gives guests' interfaces to the bridge of a VM host."""
    path = f"{FOLDER}/2.netdev"
    renamed = {path: BRIDGE.replace("br-mesh", "br0")}
    (found,) = outdated({path: BRIDGE}, renamed, ())
    assert found == Outdated("br-mesh", becomes="br0", ports=("bat0",))
    assert outdated(renamed, renamed, [found]) == (found,)


def test_one_that_is_declared_elsewhere_is_not_renamed() -> None:
    before = {f"{FOLDER}/1.netdev": TUNNEL, f"{FOLDER}/2.netdev": BRIDGE}
    swapped = {f"{FOLDER}/1.netdev": BRIDGE, f"{FOLDER}/2.netdev": TUNNEL}
    assert [(link.name, link.becomes) for link in outdated(before, swapped, ())] == [
        ("bb1", "bb1"),
        ("br-mesh", "br-mesh"),
    ]
