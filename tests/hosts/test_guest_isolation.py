"""The rendered packet filter of a VM host between its guests, management and the Internet: real packets.

A bridge joins veths with the guests' names and one uplink. Whether a packet passes is seen at the far end, which
looks at every frame; each packet carries a word of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import render_host
from ffinfra.network.checks.interfaces import guest_interface
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.packets import ACK, FIN, RST, SYN, WATCH, Packet, packet, send
from tests.hosts.samples import sample_network

pytestmark = pytest.mark.full

SN1, NS1 = "192.0.2.11", "192.0.2.53"
SN1_6 = "2001:db8:1::11"
MANAGEMENT, MANAGEMENT_6 = "192.0.2.57", "2001:db8:1:f::57"
ELSEWHERE, ELSEWHERE_6 = "198.51.100.1", "2001:db8:ffff::1"

TALK = """\
import socket, sys
served = socket.create_server(("{0}", 22)) if sys.argv[1] == "serve" else None
if served:
    print("ready", flush=True)
    while True:
        peer, _address = served.accept()
        peer.sendall(peer.recv(100))
        peer.close()
with socket.create_connection(("{0}", 22), timeout=3) as peer:
    peer.sendall(b"hello")
    print(peer.recv(100).decode())
"""


@dataclass
class Field:
    """The bridge and who stands at it."""

    isolated: Isolation
    place: Path
    hardware: dict[str, str]

    def send(self, who: str, packets: dict[str, Packet]) -> None:
        """Send packets, each by its word."""
        send(self.isolated, who, self.hardware[who], packets)

    def seen(self, who: str, last: str) -> list[str]:
        """What somebody has seen once the last word has come."""
        log = self.place / f"{who}.log"
        return awaited(
            lambda: words if last in (words := log.read_text().split()[1:]) else None, 20, f"{last} at {who}"
        )


@pytest.fixture(scope="module")
def field() -> Iterator[Field]:
    needs("nft", "ip")
    guests = {guest.name: guest.hardware_address for guest in sample_network().guests_of("vm1")}
    hardware = {**guests, "outside": "02:00:00:00:00:01"}
    with tempfile.TemporaryDirectory(prefix="guests-") as directory, isolation() as isolated:
        place = Path(directory)
        host = render_host(sample_network(), "vm1")
        (place / "nftables.conf").write_text(host.file("/etc/nftables.conf").content)
        sysctl = host.file("/etc/sysctl.d/60-ffinfra-no-forwarding.conf").content
        (place / "sysctl.conf").write_text(sysctl.replace("-net.", "net."))
        isolated.run("sysctl", "--ignore", "--load", str(place / "sysctl.conf"))
        isolated.script("ip link add br0 type bridge forward_delay 0 && ip link set br0 up")
        for name, mac in hardware.items():
            port = "eno1" if name == "outside" else guest_interface(name)
            isolated.script(
                f"ip netns add {name}\n"
                f"ip link add {port} type veth peer name port0 address {mac} netns {name}\n"
                f"ip link set {port} master br0 up\n"
                f"ip -n {name} link set port0 up\nip -n {name} link set lo up\n"
            )
        isolated.script(
            f"ip -n sn1 address add {SN1}/26 dev port0\n"
            f"ip -n outside address add {MANAGEMENT}/26 dev port0\n"
            f"nft -f {place}/nftables.conf\n"
        )
        for name in hardware:
            watcher = isolated.start("python3", "-c", WATCH, log=place / f"{name}.log", netns=name)
            awaited(partial(_ready, place / f"{name}.log"), 20, f"{name} looks")
            assert watcher.poll() is None
        yield Field(isolated, place, hardware)


def _ready(log: Path) -> bool | None:
    return "ready" in log.read_text() or None


ALLOWED = {
    "answer-of-ssh": packet(SN1, MANAGEMENT, "tcp", sport=22, flags=SYN | ACK),
    "data-of-an-exporter": packet(SN1, MANAGEMENT, "tcp", sport=9100, flags=ACK),
    "refusal-of-ssh": packet(SN1, MANAGEMENT, "tcp", sport=22, flags=RST),
    "answer-of-ssh-6": packet(SN1_6, MANAGEMENT_6, "tcp", sport=22, flags=ACK),
    "echo-reply": packet(SN1, MANAGEMENT, "icmp", type=0),
    "too-big-6": packet(SN1_6, MANAGEMENT_6, "icmpv6", type=2),
    "to-the-internet": packet(SN1, ELSEWHERE, "tcp", dport=443, flags=SYN),
    "fastd": packet(SN1, ELSEWHERE, "udp", sport=10000),
    "gre": packet(SN1, ELSEWHERE, "47"),
    "to-the-internet-6": packet(SN1_6, ELSEWHERE_6, "tcp", dport=443, flags=SYN),
    "neighbour": packet("fe80::1", "ff02::1:ff00:1", "icmpv6", type=135, hops=255),
    "duplicate-address-detection": packet("::", "ff02::1:ff00:11", "icmpv6", type=135, hops=255),
    "arp": packet(SN1, "192.0.2.1", "arp"),
    "arp-probe": packet("0.0.0.0", SN1, "arp"),
}

REFUSED = {
    "ssh": packet(SN1, MANAGEMENT, "tcp", dport=22, flags=SYN),
    "ssh-from-a-service's-port": packet(SN1, MANAGEMENT, "tcp", sport=22, dport=22, flags=SYN),
    "ssh-6": packet(SN1_6, MANAGEMENT_6, "tcp", dport=22, flags=SYN),
    "tcp-without-syn": packet(SN1, MANAGEMENT, "tcp", sport=5000, dport=22, flags=ACK),
    "tcp-with-fin-alone": packet(SN1, MANAGEMENT, "tcp", sport=22, dport=22, flags=FIN),
    "tcp-without-flags": packet(SN1, MANAGEMENT, "tcp", sport=22, dport=22, flags=0),
    "udp": packet(SN1, MANAGEMENT, "udp", dport=161),
    "udp-from-port-53": packet(SN1, MANAGEMENT, "udp", sport=53, dport=51820),
    "udp-from-port-53-6": packet(SN1_6, MANAGEMENT_6, "udp", sport=53, dport=51820),
    "echo-request": packet(SN1, MANAGEMENT, "icmp", type=8),
    "redirect": packet(SN1, MANAGEMENT, "icmp", type=5),
    "timestamp": packet(SN1, MANAGEMENT, "icmp", type=13),
    "echo-request-6": packet(SN1_6, MANAGEMENT_6, "icmpv6", type=128),
    "gre": packet(SN1, MANAGEMENT, "47"),
    "sctp": packet(SN1, MANAGEMENT, "132"),
    "as-management": packet(MANAGEMENT, ELSEWHERE, "tcp", dport=22, flags=SYN),
    "as-another-guest": packet(NS1, ELSEWHERE, "udp", sport=53),
    "as-another-guest-6": packet("2001:db8:1::53", ELSEWHERE_6, "udp", sport=53),
    "with-another-mac": packet(SN1, ELSEWHERE, "udp", mac="02:00:00:00:00:01"),
    "arp-as-the-router": packet("192.0.2.1", ELSEWHERE, "arp"),
    "router-advertisement": packet("fe80::1", "ff02::1", "icmpv6", type=134, hops=255),
    "dhcp-offer": packet(SN1, "255.255.255.255", "udp", sport=67, dport=68),
}


def test_what_a_guest_sends_passes_or_does_not(field: Field) -> None:
    field.send("sn1", {f"refused-{word}": sent for word, sent in REFUSED.items()})
    field.send("sn1", {f"allowed-{word}": sent for word, sent in ALLOWED.items()})
    field.send("sn1", {"end": packet(SN1, ELSEWHERE, "udp")})
    seen = field.seen("outside", "end")
    assert [word for word in seen if word.startswith("refused-")] == []
    assert {word.removeprefix("allowed-") for word in seen if word.startswith("allowed-")} == set(ALLOWED)


def test_without_the_rules_all_of_it_would_pass(field: Field) -> None:
    field.isolated.run("nft", "flush", "ruleset")
    try:
        field.send("sn1", {f"free-{word}": sent for word, sent in REFUSED.items()})
        field.send("sn1", {"free-end": packet(SN1, ELSEWHERE, "udp")})
        seen = field.seen("outside", "free-end")
        assert {word for word in seen if word.startswith("free-")} == {
            "free-end", *(f"free-{word}" for word in REFUSED)
        }  # fmt: skip
    finally:
        field.isolated.run("nft", "-f", str(field.place / "nftables.conf"))


def test_a_guest_answers_questions_of_management_to_its_dns_and_no_others(field: Field) -> None:
    field.send("outside", {"question": packet(MANAGEMENT, NS1, "udp", sport=41000, dport=53)})
    assert "question" in field.seen("ns1", "question")
    field.send(
        "ns1",
        {
            "unasked-port": packet(NS1, MANAGEMENT, "udp", sport=53, dport=41001),
            "unasked-person": packet(NS1, "192.0.2.58", "udp", sport=53, dport=41000),
            "answer": packet(NS1, MANAGEMENT, "udp", sport=53, dport=41000),
        },
    )
    seen = field.seen("outside", "answer")
    assert not {"unasked-port", "unasked-person"} & set(seen)


def test_management_logs_in_to_a_guest_and_not_the_other_way_round(field: Field) -> None:
    for name, address in (("sn1", SN1), ("outside", MANAGEMENT)):
        log = field.place / f"{name}-talk.log"
        field.isolated.start("python3", "-c", TALK.format(address), "serve", log=log, netns=name)
        awaited(partial(_ready, log), 20, f"{name} serves")
    there = field.isolated.run("python3", "-c", TALK.format(SN1), "call", netns="outside", check=False)
    back = field.isolated.run("python3", "-c", TALK.format(MANAGEMENT), "call", netns="sn1", check=False)
    assert there.stdout == "hello\n", there.stderr
    assert "TimeoutError" in back.stderr
