"""A client of the mesh, a supernode's rendered files and a backbone's router: real packets, a real dnsmasq.

The supernode is a network namespace with the rendered packet filter, sysctl and dnsmasq; veths are its client
network's port, its tunnel and its uplink. What passes its input is what a chain behind the rendered one still sees;
what is forwarded is seen at the far end.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import render_host
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.packets import ACK, SYN, WATCH, Packet, packet, send
from tests.hosts.samples import full_network, sample_secrets

pytestmark = pytest.mark.full

OWN, OWN_6 = "192.0.2.11", "2001:db8:1::11"
MANAGEMENT, MANAGEMENT_6 = "192.0.2.57", "2001:db8:1:f::57"
STRANGER, STRANGER_6 = "192.0.2.40", "2001:db8:1::40"
CLIENT, CLIENT_6 = "192.0.2.140", "3fff:1::140"
GATEWAY, GATEWAY_6 = "192.0.2.129", "3fff:1::1"
NAT = "198.51.100.201"
NEIGHBOUR, NEIGHBOUR_6 = "192.0.2.193", "2001:db8:b1:1::1"
BACKBONE_ROUTER = "203.0.113.193"
ELSEWHERE, ELSEWHERE_6 = "203.0.113.250", "2001:db8:ffff::1"
HARDWARE = {"client": "02:00:00:00:00:0c", "bb": "02:00:00:00:00:0b", "outside": "02:00:00:00:00:0e"}
PORTS = {"client": "port", "bb": "bb1", "outside": "eth0"}
MESH_HARDWARE = "02:00:00:00:00:01"

LAYOUT = f"""\
ip link add br-mesh address {MESH_HARDWARE} type bridge forward_delay 0
ip link set port master br-mesh
ip link set bb1 mtu 1400
for name in lo port eth0 bb1 br-mesh; do ip link set $name up; done
ip address add {NAT}/32 dev lo
ip address add {GATEWAY}/27 dev br-mesh
ip address add {GATEWAY_6}/64 dev br-mesh nodad
ip address add 192.0.2.194/30 dev bb1
ip address add 2001:db8:b1:1::2/64 dev bb1 nodad
ip address add {OWN}/26 dev eth0
ip address add {OWN_6}/64 dev eth0 nodad
ip route add default via 192.0.2.1
ip -6 route add default via 2001:db8:1::1
ip route add default via {NEIGHBOUR} table 42
ip -6 route add default via {NEIGHBOUR_6} table 42
for family in -4 -6; do
  ip $family rule add iif br-mesh lookup 42 priority 1000
  ip $family rule add iif br-mesh unreachable priority 1001
done
ip rule add from {NAT} lookup 42 priority 1002
"""

BACKBONE = f"""\
ip link set port0 mtu 1400
ip address add {NEIGHBOUR}/30 dev port0
ip address add {NEIGHBOUR_6}/64 dev port0 nodad
ip address add {ELSEWHERE}/32 dev lo
ip address add {ELSEWHERE_6}/128 dev lo nodad
ip route add {NAT} via 192.0.2.194
ip -6 route add 3fff:1::/48 via 2001:db8:b1:1::2
"""

SEEN = """\
table inet seen {
    set words4 { typeof ip id; flags dynamic; size 1000; }
    set words6 { typeof ip6 flowlabel; flags dynamic; size 1000; }
    chain input {
        type filter hook input priority 200;
        meta nfproto ipv4 add @words4 { ip id }
        meta nfproto ipv6 add @words6 { ip6 flowlabel }
    }
}
"""

QUIET = """\
table inet quiet {
    chain output {
        type filter hook output priority 0;
        icmp type destination-unreachable drop
        icmpv6 type destination-unreachable drop
    }
}
"""
"""An error quotes the packet that it is about, word and all, and would pass as seen."""

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


ASK = """\
import ipaddress, json, socket, struct, sys
mac = bytes.fromhex(sys.argv[1].replace(":", ""))

def question(kind, *more):
    head = struct.pack("!BBBBIHH16s16s192s", 1, 1, 6, 0, 4711, 0, 0x8000, bytes(16), mac, bytes(192))
    options = [(53, bytes([kind])), (55, bytes([1, 3, 6, 51])), *more]
    return head + b"\\x63\\x82\\x53\\x63" + b"".join(bytes([n, len(v)]) + v for n, v in options) + b"\\xff"

def answered(packet):
    found, rest = {}, packet[240:]
    while rest[0] != 255:
        found[rest[0]], rest = rest[2:2 + rest[1]], rest[2 + rest[1]:]
    return packet[16:20], found

def addresses(value):
    return [str(ipaddress.ip_address(value[at:at + 4])) for at in range(0, len(value), 4)]

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"port0")
    asking.bind(("0.0.0.0", 68))
    asking.settimeout(1)

    def answer(question, kind):
        asking.sendto(question, ("255.255.255.255", 67))
        for _attempt in range(20):
            try:
                address, options = answered(asking.recv(2000))
            except TimeoutError:
                asking.sendto(question, ("255.255.255.255", 67))
                continue
            if options[53][0] == kind:
                return address, options
        raise TimeoutError("no answer")

    offered, offer = answer(question(1), 2)
    leased, lease = answer(question(3, (50, offered), (54, offer[54])), 5)
    print(json.dumps({
        "address": addresses(leased)[0], "netmask": addresses(lease[1]),
        "routers": addresses(lease[3]), "resolvers": addresses(lease[6]), "seconds": int.from_bytes(lease[51], "big"),
    }))
"""
"""A DHCP client's four messages (RFC 2131), asked again each second; the address is not taken."""

ADVERTISED = """\
import ipaddress, json, socket, struct, sys
with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as asking:
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"port0")
    asking.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    asking.settimeout(20)
    asking.sendto(struct.pack("!BBHI", 133, 0, 0, 0), ("ff02::2%port0", 0))
    advert = b""
    while not advert or advert[0] != 134:
        advert = asking.recv(2000)
found, rest = {"seconds": struct.unpack("!H", advert[6:8])[0]}, advert[16:]
while rest:
    option, rest = rest[:8 * rest[1]], rest[8 * rest[1]:]
    if option[0] == 3:
        found["prefix"] = f"{ipaddress.ip_address(option[16:32])}/{option[2]}"
    if option[0] == 25:
        found["resolvers"] = [str(ipaddress.ip_address(option[at:at + 16])) for at in range(8, len(option), 16)]
print(json.dumps(found))
"""
"""What the router advertises on a solicitation (RFC 4861, RFC 8106)."""


@dataclass
class Supernode:
    """The namespaces around one supernode."""

    isolated: Isolation
    place: Path

    def run(self, *command: str) -> str:
        """Run a command on the supernode."""
        return self.isolated.run(*command, netns="sn").stdout

    def start(self, who: str, program: str, name: str, *arguments: str) -> Path:
        """Start a program of Python and await its "ready"; where its words go."""
        log = self.place / f"{name}.log"
        self.isolated.start("python3", "-c", program, *arguments, log=log, netns=who)
        awaited(lambda: "ready" in log.read_text() or None, 20, f"{name} is ready")
        return log

    def send(self, who: str, packets: Mapping[str, Packet]) -> None:
        """Send packets to the supernode, each by its word."""
        shown = json.loads(
            self.run("ip", "-json", "link", "show", "br-mesh" if who == "client" else PORTS[who])
        )
        send(self.isolated, who, HARDWARE[who], packets, shown[0]["address"])

    def words(self) -> set[int]:
        """Marks of the packets that the supernode has taken in."""
        found: set[int] = set()
        for name in ("words4", "words6"):
            shown = json.loads(self.run("nft", "-json", "list", "set", "inet", "seen", name))
            (held,) = (part["set"] for part in shown["nftables"] if "set" in part)
            found |= set(held.get("elem", ()))
        return found


@pytest.fixture(scope="module")
def supernode() -> Iterator[Supernode]:
    needs("nft", "ip", "dnsmasq", "ss", "sysctl")
    host = render_host(full_network(), "sn1", sample_secrets())
    with tempfile.TemporaryDirectory(prefix="supernode-") as directory, isolation() as isolated:
        place = Path(directory)
        (place / "nftables.conf").write_text(host.file("/etc/nftables.conf").content)
        (place / "dnsmasq.conf").write_text(host.file("/etc/dnsmasq.d/ffinfra.conf").content)
        sysctl = host.file("/etc/sysctl.d/60-ffinfra-forwarding.conf").content
        (place / "sysctl.conf").write_text(re.sub("^net", "-net", sysctl, flags=re.MULTILINE))
        (place / "seen.conf").write_text(SEEN)
        (place / "quiet.conf").write_text(QUIET)
        isolated.run("ip", "netns", "add", "sn")
        for name, hardware in HARDWARE.items():
            isolated.script(
                f"ip netns add {name}\n"
                f"ip -n sn link add {PORTS[name]} type veth peer name port0 address {hardware} netns {name}\n"
                f"ip netns exec {name} sysctl -qw net.ipv6.conf.port0.accept_dad=0\n"
                f"ip -n {name} link set lo up\nip -n {name} link set port0 up\n"
            )
        ours = Supernode(isolated, place)
        ours.run("sysctl", "--ignore", "--load", str(place / "sysctl.conf"))
        isolated.script(LAYOUT, netns="sn")
        isolated.script(BACKBONE, netns="bb")
        ours.run("nft", "-f", str(place / "nftables.conf"))
        ours.run("nft", "-f", str(place / "seen.conf"))
        yield ours


@pytest.fixture(scope="module")
def served(supernode: Supernode) -> Supernode:
    """With dnsmasq, which stays root: the user namespace has no other account."""
    command = [
        "dnsmasq",
        "--no-daemon",
        f"--conf-file={supernode.place}/dnsmasq.conf",
        f"--dhcp-leasefile={supernode.place}/leases",
        f"--pid-file={supernode.place}/dnsmasq.pid",
    ]
    supernode.isolated.start(*command, log=supernode.place / "dnsmasq.log", netns="sn")
    listening = partial(supernode.run, "ss", "-Hlun", "sport = :67")
    awaited(lambda: listening() or None, 20, "dnsmasq listens")
    return supernode


def test_a_client_gets_an_address_of_the_pool_with_router_and_resolvers(served: Supernode) -> None:
    asked = served.isolated.run("python3", "-c", ASK, HARDWARE["client"], netns="client")
    lease = json.loads(asked.stdout)
    assert IPv4Address("192.0.2.130") <= IPv4Address(lease.pop("address")) <= IPv4Address("192.0.2.158")
    assert lease == {
        "netmask": ["255.255.255.224"],
        "routers": [GATEWAY],
        "resolvers": ["203.0.113.197", "203.0.113.198"],
        "seconds": 3600,
    }


def test_a_client_makes_itself_an_address_of_the_advertised_prefix(served: Supernode) -> None:
    advertised = json.loads(served.isolated.run("python3", "-c", ADVERTISED, netns="client").stdout)
    assert advertised == {"seconds": 600, "prefix": "3fff:1::/64", "resolvers": ["2001:db8:f::53"]}
    address = awaited(partial(_own_address, served), 10, "the kernel's address")
    assert address == "3fff:1::ff:fe00:c"
    route = served.isolated.run("ip", "-6", "route", "show", "default", "proto", "ra", netns="client").stdout
    assert route.startswith("default via fe80::ff:fe00:1 dev port0")


def _own_address(served: Supernode) -> str | None:
    shown = served.isolated.run(
        "ip", "-6", "-oneline", "address", "show", "dev", "port0", "dynamic", netns="client"
    )
    return shown.stdout.split()[3].partition("/")[0] if shown.stdout else None


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
