"""Packets of any address and kind, made whole by hand, for the tests of packet filters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from tests.hosts.isolation import Isolation

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16

BROADCAST: Final = "ff:ff:ff:ff:ff:ff"

Packet = dict[str, object]

_SEND: Final = """\
import ipaddress, json, socket, struct, sys

def address(text):
    return ipaddress.ip_address(text).packed

def checksum(data):
    words = struct.unpack(f"!{len(data + data[:len(data) % 2]) // 2}H", data + bytes(len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack("!H", ~total & 0xffff or 0xffff)

def summed(inner, place, pseudo):
    return inner[:place] + checksum(pseudo + inner) + inner[place + 2:]

def payload(packet, word, source, target):
    kind, body = packet["kind"], b"word:" + word.encode() + b";"
    ports = packet.get("sport", 5000), packet.get("dport", 5000)
    if kind == "tcp":
        number, place = 6, 16
        inner = struct.pack("!HHIIBBHHH", *ports, 1, 1, 80, packet["flags"], 1000, 0, 0) + body
    elif kind == "udp":
        number, place, inner = 17, 6, struct.pack("!HHHH", *ports, 8 + len(body), 0) + body
    elif kind in ("icmp", "icmpv6"):
        number, place = (1 if kind == "icmp" else 58), 2
        inner = struct.pack("!BBHHH", packet["type"], 0, 0, 1, 1) + body
    else:
        return int(kind), bytes(8) + body
    pseudo = b"" if kind == "icmp" else source + target + struct.pack("!II", len(inner), number)
    return number, summed(inner, place, pseudo)

def frame(packet, word, own, gateway):
    source, target = address(packet["from"]), address(packet["to"])
    mac = bytes.fromhex(packet.get("mac", own).replace(":", ""))
    ethernet = bytes.fromhex(gateway.replace(":", "")) + mac
    if packet["kind"] == "arp":
        arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2) + mac + source + b"\\xff" * 6 + target
        return ethernet + b"\\x08\\x06" + arp + b"word:" + word.encode() + b";"
    protocol, inner = payload(packet, word, source, target)
    mark = packet.get("mark", 1)
    if len(source) == 16:
        hops = packet.get("hops", 64)
        head = struct.pack("!IHBB", 6 << 28 | mark, len(inner), protocol, hops)
        return ethernet + b"\\x86\\xdd" + head + source + target + inner
    head = struct.pack("!BBHHHBBH", 69, 0, 20 + len(inner), mark, 0, 64, protocol, 0) + source + target
    return ethernet + b"\\x08\\x00" + summed(head, 10, b"") + inner

out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("port0", 0))
for word, packet in json.load(sys.stdin).items():
    out.send(frame(packet, word, sys.argv[1], sys.argv[2]))
"""

WATCH: Final = """\
import socket, sys
seen = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
seen.bind(("port0", 0))
print("ready", flush=True)
while True:
    frame, origin = seen.recvfrom(65535)
    if origin[2] != socket.PACKET_OUTGOING and b"word:" in frame:
        print(frame.split(b"word:")[1].split(b";")[0].decode(), flush=True)
"""
"""Prints the word of every packet that comes in at ``port0``."""


def packet(source: str, target: str, kind: str, **values: object) -> Packet:
    """A packet.

    Args:
        source: its address.
        target: its address.
        kind: tcp, udp, icmp, icmpv6, arp or a protocol's number.
        values: sport, dport, flags (TCP), type (ICMP), hops, mac (the sender's), mark (IPv4's identification,
            IPv6's flow label).
    """
    return {"from": source, "to": target, "kind": kind, **values}


def send(
    isolated: Isolation, netns: str, own: str, packets: Mapping[str, Packet], gateway: str = BROADCAST
) -> None:
    """Send packets, each with its word, from ``port0`` of a network namespace.

    Args:
        own: the sender's hardware address.
        gateway: hardware address to which the frames go; broadcast ones are forwarded by no router.
    """
    isolated.run("python3", "-c", _SEND, own, gateway, netns=netns, text=json.dumps(packets))
