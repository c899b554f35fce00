"""What passes a supernode's rendered packet filter and how it looks at the far end: real packets."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.hosts.isolation import awaited
from tests.hosts.packets import ACK, SYN, WATCH, Packet, packet
from tests.hosts.supernode_namespaces import (
    BACKBONE_ROUTER,
    CLIENT,
    CLIENT_6,
    ELSEWHERE,
    ELSEWHERE_6,
    GATEWAY,
    GATEWAY_6,
    HARDWARE,
    MANAGEMENT,
    MANAGEMENT_6,
    NAT,
    NEIGHBOUR,
    NEIGHBOUR_6,
    OWN,
    OWN_6,
    STRANGER,
    STRANGER_6,
    Supernode,
)

pytestmark = pytest.mark.full

SERVE = """\
import socket, sys
served = socket.create_server((sys.argv[1], 443), family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
print("ready", flush=True)
while True:
    peer, address = served.accept()
    peer.sendall(address[0].encode())
    peer.close()
"""

CALL = """\
import socket, sys
with socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET) as peer:
    if len(sys.argv) > 2:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, int(sys.argv[2]))
    peer.settimeout(10)
    peer.connect((sys.argv[1], 443))
    print(peer.recv(100).decode())
"""

SEGMENTS = """\
import socket, struct
seen = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
seen.bind(("port0", 0))
print("ready", flush=True)
while True:
    frame, origin = seen.recvfrom(65535)
    version = frame[14] >> 4
    tcp = frame[34:] if version == 4 and frame[23] == 6 else frame[54:] if version == 6 and frame[20] == 6 else b""
    if origin[2] != socket.PACKET_OUTGOING and len(tcp) >= 24 and tcp[13] & 2 and tcp[20:22] == b"\\x02\\x04":
        print(f"ipv{version}:{struct.unpack('!H', tcp[22:24])[0]}", flush=True)
"""
"""Prints the segment size of every SYN (and its answer) that comes in at ``port0``; it is Linux's first option."""


@pytest.fixture(scope="module")
def client(supernode: Supernode) -> Supernode:
    """With a client that has fixed addresses, and both ends looked at."""
    supernode.isolated.script(
        f"ip address replace {CLIENT}/27 dev port0\nip address replace {CLIENT_6}/64 dev port0 nodad\n"
        f"ip route replace default via {GATEWAY}\nip -6 route replace default via {GATEWAY_6} metric 1\n",
        netns="client",
    )
    for who in ("client", "bb"):
        supernode.isolated.run("nft", "-f", str(supernode.place / "quiet.conf"), netns=who)
        supernode.start(who, WATCH, f"{who}-words")
    return supernode


def test_a_client_calls_the_internet_by_the_nat_address_with_small_segments(client: Supernode) -> None:
    for address in (ELSEWHERE, ELSEWHERE_6):
        client.start("bb", SERVE, f"served-{len(address)}", address)
    there = client.start("bb", SEGMENTS, "segments-there")
    back = client.start("client", SEGMENTS, "segments-back")
    call = partial(client.isolated.run, "python3", "-c", CALL, netns="client")
    assert call(ELSEWHERE).stdout == f"{NAT}\n"
    assert call(ELSEWHERE, "1000").stdout == f"{NAT}\n"
    assert call(ELSEWHERE_6).stdout.startswith("3fff:1::")
    segments = awaited(lambda: _said(there, "ipv6:"), 10, "the segments there")
    assert segments == ["ipv4:1240", "ipv4:1000", "ipv6:1220"]
    answers = awaited(lambda: _said(back, "ipv6:"), 10, "the segments of the answers")
    assert answers == ["ipv4:1240", "ipv4:1240", "ipv6:1220"]


def _said(log: Path, last: str) -> list[str] | None:
    words = log.read_text().split()[1:]
    return words if words and words[-1].startswith(last) else None


FROM_CLIENT = {
    "to-the-internet": packet(CLIENT, ELSEWHERE, "udp", dport=443),
    "to-the-internet-6": packet(CLIENT_6, ELSEWHERE_6, "udp", dport=443),
}
FROM_CLIENT_REFUSED = {
    "foreign": packet("192.0.2.30", ELSEWHERE, "udp"),
    "foreign-tcp": packet("198.51.100.7", ELSEWHERE, "tcp", dport=443, flags=SYN),
    "foreign-6": packet("2001:db8:9::1", ELSEWHERE_6, "udp"),
    "as-another-supernode's-client-6": packet("3fff:2::140", ELSEWHERE_6, "udp"),
}
FROM_BACKBONE = {"new-6": packet(ELSEWHERE_6, CLIENT_6, "udp")}
FROM_BACKBONE_REFUSED = {
    "new": packet(ELSEWHERE, CLIENT, "udp"),
    "new-tcp": packet(ELSEWHERE, CLIENT, "tcp", dport=22, flags=SYN),
}
FROM_OUTSIDE_REFUSED = {
    "into-the-mesh": packet(STRANGER, CLIENT, "udp"),
    "into-the-mesh-6": packet(STRANGER_6, CLIENT_6, "udp"),
}


def _cross(client: Supernode, prefix: str) -> dict[str, set[str]]:
    """Send all that is to be forwarded or not; who has seen what, without the ends of the three runs."""
    for who, packets in (
        ("client", {**FROM_CLIENT_REFUSED, **FROM_CLIENT}),
        ("bb", {**FROM_BACKBONE_REFUSED, **FROM_BACKBONE}),
        ("outside", FROM_OUTSIDE_REFUSED),
    ):
        named = {f"{prefix}-{word}": {**sent, "sport": 6000 + len(prefix)} for word, sent in packets.items()}
        client.send(who, named)
    client.send("client", {f"{prefix}-end": packet(CLIENT, ELSEWHERE, "udp", sport=7000 + len(prefix))})
    client.send("bb", {f"{prefix}-end": packet(ELSEWHERE_6, CLIENT_6, "udp", sport=7000 + len(prefix))})
    return {who: _seen(client, who, prefix) for who in ("bb", "client")}


def _seen(client: Supernode, who: str, prefix: str) -> set[str]:
    log = client.place / f"{who}-words.log"
    words = awaited(
        lambda: w if f"{prefix}-end" in (w := log.read_text().split()) else None, 20, f"end at {who}"
    )
    marked = {word.removeprefix(f"{prefix}-") for word in words if word.startswith(f"{prefix}-")}
    return marked - {"end"}


def test_clients_send_from_their_addresses_only_and_nobody_from_outside_comes_in(client: Supernode) -> None:
    seen = _cross(client, "ruled")
    assert seen == {"bb": set(FROM_CLIENT), "client": set(FROM_BACKBONE)}


def test_without_the_rules_all_of_it_would_pass(client: Supernode) -> None:
    client.run("nft", "flush", "chain", "inet", "ffinfra", "forward")
    client.run("nft", "chain", "inet", "ffinfra", "forward", "{ policy accept; }")
    try:
        seen = _cross(client, "free")
    finally:
        client.run("nft", "-f", str(client.place / "nftables.conf"))
    assert seen == {
        "bb": {*FROM_CLIENT, *FROM_CLIENT_REFUSED},
        "client": {*FROM_BACKBONE, *FROM_BACKBONE_REFUSED, *FROM_OUTSIDE_REFUSED},
    }


TAKEN: dict[str, tuple[str, Packet]] = {
    "ssh": ("outside", packet(MANAGEMENT, OWN, "tcp", dport=22, flags=SYN)),
    "ssh-6": ("outside", packet(MANAGEMENT_6, OWN_6, "tcp", dport=22, flags=SYN)),
    "node-exporter": ("outside", packet(MANAGEMENT, OWN, "tcp", dport=9100, flags=SYN)),
    "bird-exporter": ("outside", packet(MANAGEMENT, OWN, "tcp", dport=9324, flags=SYN)),
    "fastd": ("outside", packet(STRANGER, OWN, "udp", dport=10000)),
    "fastd-6": ("outside", packet(STRANGER_6, OWN_6, "udp", dport=10000)),
    "gre": ("outside", packet(BACKBONE_ROUTER, OWN, "47")),
    "ping": ("outside", packet(STRANGER, OWN, "icmp", type=8)),
    "bgp": ("bb", packet(NEIGHBOUR, "192.0.2.194", "tcp", dport=179, flags=SYN)),
    "bgp-6": ("bb", packet(NEIGHBOUR_6, "2001:db8:b1:1::2", "tcp", dport=179, flags=SYN)),
    "dhcp": ("client", packet(CLIENT, GATEWAY, "udp", sport=68, dport=67)),
    "ping-of-the-router": ("client", packet(CLIENT, GATEWAY, "icmp", type=8)),
}

NOT_TAKEN: dict[str, tuple[str, Packet]] = {
    "ssh": ("outside", packet(STRANGER, OWN, "tcp", dport=22, flags=SYN)),
    "ssh-6": ("outside", packet(STRANGER_6, OWN_6, "tcp", dport=22, flags=SYN)),
    "node-exporter": ("outside", packet(STRANGER, OWN, "tcp", dport=9100, flags=SYN)),
    "an-instance-past-the-buckets": ("outside", packet(STRANGER, OWN, "udp", dport=10001)),
    "dns": ("outside", packet(STRANGER, OWN, "udp", dport=53)),
    "bgp": ("outside", packet(STRANGER, OWN, "tcp", dport=179, flags=SYN)),
    "http-of-management": ("outside", packet(MANAGEMENT, OWN, "tcp", dport=80, flags=SYN)),
    "tcp-without-syn": ("outside", packet(STRANGER, OWN, "tcp", dport=443, flags=ACK)),
    "dhcp": ("outside", packet(STRANGER, OWN, "udp", sport=68, dport=67)),
    "gre": ("outside", packet(STRANGER, OWN, "47")),
    "ssh-of-a-client": ("client", packet(CLIENT, GATEWAY, "tcp", dport=22, flags=SYN)),
    "exporter-of-a-client": ("client", packet(CLIENT, GATEWAY, "tcp", dport=9100, flags=SYN)),
    "dns-of-a-client": ("client", packet(CLIENT, GATEWAY, "udp", dport=53)),
    "bgp-of-another": ("bb", packet(ELSEWHERE, "192.0.2.194", "tcp", dport=179, flags=SYN)),
    "ssh-by-the-backbone": ("bb", packet(ELSEWHERE, NAT, "tcp", dport=22, flags=SYN)),
}


def _taken(client: Supernode, first: int) -> set[str]:
    """Send all that is for the supernode itself; the words of what it took, those not to be taken with a "!"."""
    cases = {**{f"!{word}": case for word, case in NOT_TAKEN.items()}, **TAKEN}
    client.run("nft", "flush", "set", "inet", "seen", "words4")
    client.run("nft", "flush", "set", "inet", "seen", "words6")
    marks = {word: first + number for number, word in enumerate(cases)}
    for who in HARDWARE:
        mine = {word: sent for word, (sender, sent) in cases.items() if sender == who}
        port = 20000 + first
        client.send(
            who,
            {word: {"sport": port + marks[word], **sent, "mark": marks[word]} for word, sent in mine.items()},
        )
    taken = client.words()
    return {word for word, mark in marks.items() if mark in taken}


def test_a_supernode_takes_what_it_needs_and_nothing_else(client: Supernode) -> None:
    assert _taken(client, 100) == set(TAKEN)


def test_without_the_rules_it_would_take_all(client: Supernode) -> None:
    client.run("nft", "delete", "table", "inet", "ffinfra")
    try:
        assert _taken(client, 200) == {*TAKEN, *(f"!{word}" for word in NOT_TAKEN)}
    finally:
        client.run("nft", "-f", str(client.place / "nftables.conf"))
