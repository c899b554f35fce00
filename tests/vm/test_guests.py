"""Two supernodes as real virtual machines: libvirt, first boot, GRUB, the pinned kernel, and what only it has.

For ``make test-vm``. There is no acceleration, so a boot takes a minute on an idle computer, three on a busy one.
The tests stand in the order of the machines' life: first boot, rollout, and then a reboot for which one machine was
given a VM host's network settings and the other one a pinned kernel that cannot be loaded.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path
from typing import Final

import pytest

from ffinfra.hosts.bridge import OFFLOADS, bridge_files
from ffinfra.hosts.configuration import HostFile
from ffinfra.hosts.rendering import render_host
from ffinfra.hosts.resource_inputs import to_inputs
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.machines import GuestSize, Supernode, Tunnel
from ffinfra.network.network import Network
from ffinfra.provider.host_config import HostConfig
from ffinfra.provider.properties import Properties
from tests.hosts.isolation import awaited, needs
from tests.hosts.samples import sample_secrets
from tests.lab.nspawn.machines import network_with_key
from tests.vm.hypervisor import Hypervisor, hypervisor
from tests.vm.image import UNDECLARED, vm_image

pytestmark = [pytest.mark.full, pytest.mark.root, pytest.mark.vm]

NAMES: Final = ("sn1", "sn2")
SIZE: Final = GuestSize(cores=1, memory=1, disk=10)

OCTETS: Final = 2_000_000
PORT: Final = 5001

RECEIVE: Final = f"""\
import socket
listener = socket.create_server(("::", {PORT}), family=socket.AF_INET6, dualstack_ipv6=True)
print("listening", flush=True)
connection, _ = listener.accept()
total = 0
while chunk := connection.recv(65536):
    total += len(chunk)
print(total, flush=True)
"""

SEND: Final = f"""\
import socket, sys
with socket.create_connection((sys.argv[1], {PORT}), timeout=60) as connection:
    connection.sendall(bytes({OCTETS}))
"""

NODE: Final = """\
log level info;
mode multitap;
interface "fastd-%k";
persist interface no;
mtu 1312;
method "null@l2tp";
offload l2tp yes;
secret "5062a3b4c5d6e7f80918273645546372819fa0b1c2d3e4f50617283940516273";
peer "supernode" {{ key "{key}"; remote {address}:10000; }}
"""
"""A node's side of the mesh, as the firmware has it."""


VERSION: Final = "dpkg-query --show --showformat='${Version} ${Depends}' linux-image-amd64 | sed 's/ (.*//'"

OFFLOADED: Final = (
    *("tx-tcp-segmentation", "tx-tcp6-segmentation"),
    *("generic-segmentation-offload", "generic-receive-offload"),
)


def _network(key: str) -> Network:
    """The sample network, whose first two supernodes are small and have a tunnel to each other."""
    network = network_with_key(key)
    first, second, *others = network.supernodes
    tunnel = first.tunnels[0].model_copy(
        update={"remote": second.ipv4, "autonomous_system": network.mesh.autonomous_system}
    )
    other_end = tunnel.model_copy(
        update={
            "remote": first.ipv4,
            "ipv4": IPv4Interface(f"{tunnel.neighbour_ipv4}/{tunnel.ipv4.network.prefixlen}"),
            "neighbour_ipv4": tunnel.ipv4.ip,
            "ipv6": IPv6Interface(f"{tunnel.neighbour_ipv6}/{tunnel.ipv6.network.prefixlen}"),
            "neighbour_ipv6": tunnel.ipv6.ip,
        }
    )
    pair = (_small(first, tunnel), _small(second, other_end))
    return network.model_copy(update={"supernodes": (*pair, *others)})


def _small(supernode: Supernode, tunnel: Tunnel) -> Supernode:
    return supernode.model_copy(update={"size": SIZE, "tunnels": (tunnel, *supernode.tunnels[1:])})


@pytest.fixture(scope="module")
def host() -> Iterator[Hypervisor]:
    """The VM host with both guests on."""
    if os.geteuid() != 0:
        pytest.skip("libvirtd and the image need root")
    needs("libvirtd", "virsh", "qemu-system-x86_64", "qemu-img", "genisoimage", "debootstrap", "mkfs.ext4")
    needs("ansible-playbook", "ssh", "ssh-keygen")
    image = vm_image(render_host(_network("unused"), NAMES[0], sample_secrets()))
    with (
        tempfile.TemporaryDirectory(prefix="vm-") as directory,
        hypervisor(Path(directory), image) as opened,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in opened.yard.ansible_environment.items():
            patch.setenv(name, value)
        for name in NAMES:
            opened.start(_network(opened.yard.public_key), "vm1", name)
        yield opened


@pytest.fixture(scope="module")
def booted(host: Hypervisor) -> Hypervisor:
    """Both guests after their first boot, which ends in a reboot."""
    for name in NAMES:
        host.await_boot(name)
    return host


@pytest.fixture(scope="module")
def rolled_out(booted: Hypervisor) -> Hypervisor:
    """Both guests with their whole configuration."""
    network = _network(booted.yard.public_key)
    for name in NAMES:
        transport = {"kind": "ssh", "address": booted.addresses[name], "user": "root", "port": 22}
        inputs = to_inputs(render_host(network, name, sample_secrets()))
        values = Properties({**inputs, "transport": transport}, frozenset({"secretFiles"}))
        HostConfig().create(name, values, preview=False)
    return booted


@pytest.fixture(scope="module")
def rebooted(rolled_out: Hypervisor) -> Hypervisor:
    """The first one crashed, with a VM host's card settings; the second one rebooted, with a spoilt kernel."""
    card = _card(rolled_out)
    assert _offloads(rolled_out, card) == dict.fromkeys(OFFLOADED, "on")
    for file in _card_files(card):
        rolled_out.put("sn1", file.path, file.content)
    rolled_out.ssh("sn1", "sync")
    rolled_out.send_off("sn1", "echo c >/proc/sysrq-trigger")
    rolled_out.ssh("sn2", "truncate --size=1000 /boot/vmlinuz-$(uname -r)")
    rolled_out.send_off("sn2", "systemctl reboot")
    for name in NAMES:
        rolled_out.await_boot(name)
    return rolled_out


def test_libvirt_has_the_guests(host: Hypervisor) -> None:
    for name in NAMES:
        shown = host.isolated.run("virsh", "dominfo", name).stdout
        assert re.findall(r"^(State|Persistent|Autostart): +(.+)$", shown, re.MULTILINE) == [
            ("State", "running"),
            ("Persistent", "yes"),
            ("Autostart", "enable"),
        ]


def test_the_first_boot_ends_in_the_pinned_kernel(booted: Hypervisor) -> None:
    for name in NAMES:
        version, image = booted.ssh(name, VERSION).split()
        assert version.endswith("~bpo12+1")
        pinned = image.removeprefix("linux-image-")
        assert booted.ssh(name, "uname -r") == pinned
        assert booted.ssh(name, "apt-mark showhold") == "linux-image-amd64"
        assert booted.ssh(name, "cat /run/cloud-init/result.json | tr -d ' \\n'").endswith('"errors":[]}}')
        first, *later = booted.started_kernels(name)
        assert first.startswith("6.1.0-")
        assert later == [pinned]
        assert booted.ssh(name, f"ls /boot/vmlinuz-{UNDECLARED}")


def test_the_rollout_starts_everything(rolled_out: Hypervisor) -> None:
    units = "nftables bird dnsmasq fastd-mesh0 ffinfra-kernel-probation prometheus-node-exporter"
    for name in NAMES:
        assert rolled_out.ssh(name, f"systemctl is-active {units}", check=False).split() == ["active"] * 6


def test_bgp_and_tcp_go_through_gre(rolled_out: Hypervisor) -> None:
    assert "gre" in rolled_out.ssh("sn1", "ip -details link show bb1")
    awaited(lambda: _sessions(rolled_out) == ["bb1_4", "bb1_6"] or None, 120, "both BGP sessions")
    whole, too_long = 1400 - 28, 1400 - 27
    ping = "ping -c 1 -W 20 -M do 192.0.2.193 -s"
    assert "1 received" in rolled_out.ssh("sn1", f"{ping} {whole}")
    assert "message too long, mtu=1400" in rolled_out.ssh("sn1", f"{ping} {too_long} 2>&1", check=False)
    assert _sent(rolled_out, ("sn1", "sn2"), "192.0.2.193", "bb1") == (OCTETS, True)


def test_tcp_goes_through_batman_and_fastd(rolled_out: Hypervisor) -> None:
    """The second one is a node of the first one: fastd, its tunnel in the kernel, batman-adv."""
    key = rolled_out.ssh("sn1", "fastd --show-key --machine-readable --config /etc/fastd/mesh0/fastd.conf")
    rolled_out.put("sn2", "/root/node.conf", NODE.format(key=key, address=rolled_out.addresses["sn1"]))
    rolled_out.ssh("sn2", "systemd-run --unit=node --quiet fastd --config /root/node.conf")
    look = "batctl meshif bat0 neighbors -H"
    awaited(lambda: rolled_out.ssh("sn2", look, check=False) or None, 180, "a batman neighbour")
    sessions = rolled_out.ssh("sn1", "ip l2tp show session")
    assert "interface name: " in sessions, sessions
    inside = rolled_out.ssh("sn1", "ip -6 -o address show dev br-mesh scope link | grep -o 'fe80:[^/]*'")
    assert _sent(rolled_out, ("sn2", "sn1"), f"{inside}%br-mesh", "bat0") == (OCTETS, True)


def test_offloads_are_off_after_a_boot_and_by_the_unit(rebooted: Hypervisor) -> None:
    card = _card(rebooted)
    assert _offloads(rebooted, card) == dict.fromkeys(OFFLOADED, "off")
    rebooted.ssh("sn1", f"ethtool --offload {card} tso on gso on gro on")
    assert _offloads(rebooted, card) == dict.fromkeys(OFFLOADED, "on")
    rebooted.ssh("sn1", f"systemctl start {OFFLOADS.name}")
    assert _offloads(rebooted, card) == dict.fromkeys(OFFLOADED, "off")


def test_a_crashed_machine_comes_back_with_its_tunnels(rebooted: Hypervisor) -> None:
    _first, pinned, *later = rebooted.started_kernels("sn1")
    assert later == [pinned]
    assert rebooted.ssh("sn1", "grub-editenv - list") == "ffinfra_starts=1"
    assert "bat0" in rebooted.ssh("sn1", "ip -brief link show master br-mesh")
    awaited(lambda: _sessions(rebooted) == ["bb1_4", "bb1_6"] or None, 180, "both BGP sessions through GRE")


def test_grub_falls_back_to_the_kernel_before(rebooted: Hypervisor) -> None:
    first, pinned, before = rebooted.started_kernels("sn2")
    assert before == first != pinned
    assert rebooted.ssh("sn2", "uname -r") == before
    assert "the kernel before'" in rebooted.console("sn2").partition("Falling back to")[2]


def _card(host: Hypervisor) -> str:
    """The first guest's network card."""
    return host.ssh("sn1", "ip -o -4 route get 192.0.2.57").partition(" dev ")[2].split()[0]


def _card_files(card: str) -> tuple[HostFile, ...]:
    """What a VM host gets for its physical card, when that has the name of the guest's."""
    dedicated = _network("unused").host("vm1")
    assert isinstance(dedicated, DedicatedHost)
    network = dedicated.network.model_copy(update={"interface": card})
    files = bridge_files(dedicated.model_copy(update={"network": network})).files
    return tuple(file for file in files if file.path.endswith((".link", OFFLOADS.name)))


def _offloads(host: Hypervisor, card: str) -> dict[str, str]:
    shown = host.ssh("sn1", f"ethtool --show-features {card}")
    states = dict(re.findall(r"^\s*(\S+): (on|off)", shown, re.MULTILINE))
    return {feature: states[feature] for feature in OFFLOADED}


def _sessions(host: Hypervisor) -> list[str]:
    said = host.ssh("sn1", "birdc show protocols", check=False)
    return re.findall(r"^(bb1_\d) .*Established", said, re.MULTILINE)


def _sent(host: Hypervisor, ends: tuple[str, str], address: str, interface: str) -> tuple[int, bool]:
    """Send many octets over TCP: how many arrive, and whether it was through that interface."""
    sender, receiver = ends
    inside = "br-mesh" if interface == "bat0" else interface
    host.ssh(receiver, f"nft insert rule inet ffinfra input iifname {inside} tcp dport {PORT} accept")
    counter = f"cat /sys/class/net/{interface}/statistics/tx_bytes"
    before = int(host.ssh(sender, counter))
    with host.running(receiver, f"python3 -c {shlex.quote(RECEIVE)}") as listening:
        assert listening.stdout is not None
        assert listening.stdout.readline() == "listening\n"
        host.ssh(sender, f"python3 -c {shlex.quote(SEND)} {address}")
        arrived = int(listening.stdout.readline())
    return arrived, int(host.ssh(sender, counter)) - before >= OCTETS
