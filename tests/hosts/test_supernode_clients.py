"""What a client of the mesh is given by the real dnsmasq with the rendered file: address, router, resolvers."""

from __future__ import annotations

import json
from functools import partial
from ipaddress import IPv4Address

import pytest

from tests.hosts.isolation import awaited
from tests.hosts.supernode_namespaces import (
    GATEWAY,
    HARDWARE,
    Supernode,
)

pytestmark = pytest.mark.full

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
