"""Cases of the rules on machines: taken down together, opened, other keys, other addresses."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_network
from typing import Any

from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import SECRET_MARK, UNKNOWN_VALUE
from ffinfra.gate.operations import Operation
from tests.gate.rules.contexts import SERVER, Case, change, context, with_network

HOST_CONFIG = "freifunk:index:HostConfig"
FIREWALL = "hcloud:index/firewall:Firewall"
PRIMARY_IP = "hcloud:index/primaryIp:PrimaryIp"
WORLD = ["0.0.0.0/0", "::/0"]


def _types(*names: str, setting: str = "serverType") -> GateContext:
    return context([change(Operation.UPDATE, SERVER, name, {setting: "a"}, {setting: "b"}) for name in names])


def _removed(*names: str) -> GateContext:
    return context([change(Operation.DELETE, HOST_CONFIG, name, {"host": name}, None) for name in names])


def _firewall(port: str, sources: list[str], **settings: Any) -> GateContext:
    rule = {"direction": "in", "protocol": "tcp", "port": port, "sourceIps": sources, **settings}
    return context([change(Operation.UPDATE, FIREWALL, "sn5", {"rules": []}, {"rules": [rule]})])


def _hidden(rules: object) -> GateContext:
    return context([change(Operation.UPDATE, FIREWALL, "sn5", {"rules": []}, {"rules": rules})])


def _secrets(name: str, *paths: str) -> GateContext:
    masked = {"secretFiles": "[secret]"}
    return context([change(Operation.UPDATE, HOST_CONFIG, name, masked, masked, differs=paths)])


def _tunnel(old: str, new: str) -> GateContext:
    path = "/etc/systemd/network/40-ffinfra-bb1.netdev"
    sides = [
        {"files": {path: {"content": f"[Tunnel]\nLocal={ends[0]}\nRemote={ends[1]}\n"}}}
        for ends in (old.split(), new.split())
    ]
    return context([change(Operation.UPDATE, HOST_CONFIG, "sn1", sides[0], sides[1])])


KEY = 'secretFiles["/etc/fastd/secret.conf"].content'
LOST = (
    "destructive: the fastd key of sn1 would change: 70 of 420 nodes, an equal share, would lose this peer"
    " until they have new firmware"
)

PASSING: list[Case] = [
    ("machines-together", lambda: _types("ns3", "sn5"), []),
    ("machines-together", lambda: _types("sn5", "sn6", setting="labels"), []),
    ("machines-together", lambda: _removed("sn1", "sn3"), []),
    ("management-open", lambda: _firewall("22", ["192.0.2.56/29", "2001:db8::/32"]), []),
    ("management-open", lambda: _firewall("53", WORLD), []),
    ("management-open", lambda: _firewall("10000", WORLD, protocol="udp"), []),
    ("fastd-key", lambda: _secrets("sn1", "packages"), []),
    ("fastd-key", lambda: _secrets("ns1", "secretFiles"), []),
    ("registered-address", lambda: _tunnel("192.0.2.11 203.0.113.193", "192.0.2.11 203.0.113.193"), []),
]

FAILING: list[Case] = [
    (
        "machines-together",
        lambda: _types("sn5", "sn6", "ns3"),
        ["block: sn5, sn6 would go down together: supernodes of hc1"],
    ),
    (
        "machines-together",
        lambda: _removed("ns1", "ns2"),
        ["block: ns1, ns2 would go down together: nameservers"],
    ),
    (
        "management-open",
        lambda: _firewall("22", WORLD),
        ["block: sn5 would let 0.0.0.0/0, ::/0 reach SSH (port 22)"],
    ),
    (
        "management-open",
        lambda: _firewall("9000-9400", ["203.0.0.0/8"]),
        [
            "block: sn5 would let 203.0.0.0/8 reach the node exporter (port 9100)",
            "block: sn5 would let 203.0.0.0/8 reach the BIRD exporter (port 9324)",
        ],
    ),
    (
        "management-open",
        lambda: _firewall("any", ["everywhere"]),
        [
            f"block: sn5 would let everywhere reach {what}"
            for what in ("SSH (port 22)", "the node exporter (port 9100)", "the BIRD exporter (port 9324)")
        ],
    ),
    *(
        (
            "management-open",
            partial(_hidden, rules),
            [f"block: a rule of sn5 is {why}, so what it lets in cannot be judged"],
        )
        for rules, why in (
            (UNKNOWN_VALUE, "not known before the update"),
            ([SECRET_MARK], "a secret"),
            ([{"direction": UNKNOWN_VALUE}], "not known before the update"),
            ([{"direction": "in", "sourceIps": UNKNOWN_VALUE}], "not known before the update"),
            ([{"direction": "in", "sourceIps": [UNKNOWN_VALUE]}], "not known before the update"),
        )
    ),
    (
        "management-open",
        lambda: context(declarations=with_network(management_prefixes=(ip_network("0.0.0.0/0"),))),
        ["block: management_prefixes holds 0.0.0.0/0"],
    ),
    ("fastd-key", lambda: _secrets("sn1", KEY), [LOST]),
    ("fastd-key", lambda: _secrets("sn1", "secretFiles"), [LOST]),
    (
        "registered-address",
        lambda: _tunnel("192.0.2.11 203.0.113.193", "192.0.2.13 203.0.113.195"),
        [
            "destructive: the local end of a tunnel of sn1 would be 192.0.2.13 instead of 192.0.2.11",
            "destructive: the remote end of a tunnel of sn1 would be 203.0.113.195 instead of 203.0.113.193",
        ],
    ),
    (
        "registered-address",
        lambda: context(
            [
                change(
                    Operation.UPDATE,
                    PRIMARY_IP,
                    "sn5-ipv4",
                    {"ipAddress": "203.0.113.11"},
                    {"ipAddress": "x"},
                )
            ]
        ),
        ["destructive: ipAddress of sn5-ipv4 would be x instead of 203.0.113.11"],
    ),
]
