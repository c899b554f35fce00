"""The rendered .netdev, .network and .link files, read and used by the real networkd, udev and ethtool."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ffinfra.hosts.bridge import link_match
from ffinfra.hosts.rendering import render_host
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

pytestmark = pytest.mark.full

FOLDER = "/etc/systemd/network"
NETWORKD = "/lib/systemd/systemd-networkd"
COMPLAINT = re.compile(rf"^{FOLDER}/.*(?:ignoring|Failed|Unknown|Invalid).*$", re.MULTILINE)

PLACE = """\
mount -t sysfs -o ro sysfs /sys
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
chown -R systemd-network:systemd-network /run/systemd/netif
mount --bind {files} {folder}
ip link add eno1 type veth peer name far
ip link set far up
"""
"""Without udev, networkd takes interfaces as they are where /sys can only be read."""

MACHINES = ("vm1", "vm2", "sn1", "sn5", "ns1")

OFFLOADS = (
    *("tx-tcp-segmentation", "tx-tcp6-segmentation"),
    *("generic-segmentation-offload", "generic-receive-offload"),
)


def _files(machine: str) -> dict[str, str]:
    rendered = render_host(sample_network(), machine, sample_secrets(), sample_zones())
    return {
        file.path.removeprefix(f"{FOLDER}/"): file.content
        for file in rendered.files
        if file.path.startswith(FOLDER)
    }


def _networkd(isolated: Isolation, files: Mapping[str, str], place: Path) -> str:
    """What networkd says once it has read and done everything that it can."""
    (place / "network").mkdir()
    for name, text in files.items():
        (place / "network" / name).write_text(text)
    isolated.script(PLACE.format(files=place / "network", folder=FOLDER))
    log = place / "log"
    isolated.start("env", "SYSTEMD_LOG_LEVEL=debug", NETWORKD, log=log)
    awaited(lambda: "Enumeration completed" in log.read_text() or None, 30, "networkd has read its files")
    return log.read_text()


def _needs_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("networkd changes to an account of its own, which needs root")
    if not Path(NETWORKD).exists():
        pytest.skip(f"not installed: {NETWORKD}")


@pytest.mark.root
@pytest.mark.parametrize("machine", MACHINES)
def test_networkd_understands_every_line(machine: str, tmp_path: Path) -> None:
    _needs_root()
    files = _files(machine)
    with isolation(user=False) as isolated:
        said = _networkd(isolated, files, tmp_path)
    assert COMPLAINT.findall(said) == []
    declared = {
        (
            str(re.findall(r"^Name=(.*)$", text, re.MULTILINE)[0]),
            re.findall(r"^Kind=(.*)$", text, re.MULTILINE)[0],
        )
        for name, text in files.items()
        if name.endswith(".netdev")
    }
    assert set(re.findall(r"^(\S+): loaded \"(\S+)\"$", said, re.MULTILINE)) == declared


@pytest.mark.root
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("20-ffinfra-bridge.netdev", "STP=no", "STP=perhaps"),
        ("20-ffinfra-uplink.network", "Bridge=br0", "Bridg=br0"),
        ("20-ffinfra-bridge.network", "Address=192.0.2.2/26", "Address=192.0.2.256/26"),
    ],
)
def test_networkd_complains_of_a_mistake(name: str, old: str, new: str, tmp_path: Path) -> None:
    _needs_root()
    files = _files("vm1")
    assert old in files[name]
    with isolation(user=False) as isolated:
        said = _networkd(isolated, {**files, name: files[name].replace(old, new)}, tmp_path)
    (complaint,) = COMPLAINT.findall(said)
    assert name in complaint


@pytest.mark.root
def test_a_vm_host_has_its_addresses_on_the_bridge_and_its_card_in_it(tmp_path: Path) -> None:
    _needs_root()
    with isolation(user=False) as isolated:
        _networkd(isolated, _files("vm1"), tmp_path)

        def gateway() -> str | None:
            shown = isolated.run("ip", "route", "show", "default").stdout
            return shown if "192.0.2.1" in shown else None

        assert "dev br0" in awaited(gateway, 30, "the default route")
        links: list[dict[str, Any]] = json.loads(isolated.run("ip", "-json", "address").stdout)
    (card,) = (link for link in links if link["ifname"] == "eno1")
    (bridge,) = (link for link in links if link["ifname"] == "br0")
    assert card["master"] == "br0"
    assert card["addr_info"] == []
    own = {f"{one['local']}/{one['prefixlen']}" for one in bridge["addr_info"] if one["scope"] == "global"}
    assert own == {"192.0.2.2/26", "2001:db8:1::2/64"}


def _offloads(isolated: Isolation) -> dict[str, bool]:
    shown = isolated.run("ethtool", "--show-features", "eno1").stdout
    states = re.findall(r"^\s*(\S+): (on|off)", shown, re.MULTILINE)
    return {name: state == "on" for name, state in states if name in OFFLOADS}


def _card_with_offloads(isolated: Isolation) -> None:
    isolated.script("mount -t sysfs sysfs /sys\nip link add eno1 type veth peer name far\n")
    isolated.run("ethtool", "--offload", "eno1", "tso", "on", "gso", "on", "gro", "on")
    assert _offloads(isolated) == dict.fromkeys(OFFLOADS, True)


def test_udev_turns_the_offloads_of_the_physical_card_off(tmp_path: Path) -> None:
    needs("udevadm", "ethtool")
    (tmp_path / "10-ffinfra-uplink.link").write_text(_files("vm1")["10-ffinfra-uplink.link"])
    with isolation() as isolated:
        _card_with_offloads(isolated)
        isolated.script(
            f"mount --bind {tmp_path} {FOLDER}\nmkdir -p /run/udev/data\n"
            'printf "I:1\\nE:ID_NET_NAME_ONBOARD=eno1\\n" >"/run/udev/data/n$(cat /sys/class/net/eno1/ifindex)"\n'
        )
        said = isolated.script("udevadm test-builtin net_setup_link /sys/class/net/eno1 2>&1")
        assert f"ID_NET_LINK_FILE={FOLDER}/10-ffinfra-uplink.link" in said
        assert [line for line in said.splitlines() if "Failed to parse" in line or "Unknown" in line] == []
        assert _offloads(isolated) == dict.fromkeys(OFFLOADS, False)


def test_udev_complains_of_a_mistake_and_leaves_other_cards_alone(tmp_path: Path) -> None:
    needs("udevadm", "ethtool")
    text = _files("vm1")["10-ffinfra-uplink.link"]
    wrong = text.replace("TCPSegmentationOffload=no", "TCPSegmentationOffload=never")
    (tmp_path / "10-ffinfra-uplink.link").write_text(wrong)
    with isolation() as isolated:
        _card_with_offloads(isolated)
        isolated.script(f"mount --bind {tmp_path} {FOLDER}")
        said = isolated.script("udevadm test-builtin net_setup_link /sys/class/net/eno1 2>&1")
        assert "Failed to parse" in said
        assert "ID_NET_LINK_FILE=/etc" not in said
        assert _offloads(isolated) == dict.fromkeys(OFFLOADS, True)


def test_the_unit_turns_the_offloads_off_now() -> None:
    needs("ethtool")
    unit = render_host(sample_network(), "vm1").file("/etc/systemd/system/ffinfra-offloads.service").content
    commands = re.findall(r"^ExecStart=(-?)(.*)$", unit, re.MULTILINE)
    assert [mark for mark, _command in commands] == ["", "-"]
    with isolation() as isolated:
        _card_with_offloads(isolated)
        for mark, command in commands:
            isolated.run(*command.split(), check=not mark)
        assert _offloads(isolated) == dict.fromkeys(OFFLOADS, False)


@pytest.mark.parametrize(
    ("interface", "line"),
    [
        ("eno1", "Property=ID_NET_NAME_ONBOARD=eno1"),
        ("ens3", "Property=ID_NET_NAME_SLOT=ens3"),
        ("enp5s0f1", "Property=ID_NET_NAME_PATH=enp5s0f1"),
        ("enx0200deadbeef", "Property=ID_NET_NAME_MAC=enx0200deadbeef"),
        ("eth0", "OriginalName=eth0"),
    ],
)
def test_a_card_is_found_before_it_has_its_name(interface: str, line: str) -> None:
    assert link_match(interface) == line
