"""Cases of the rules on machines: taken down together, opened, other keys, other addresses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from ipaddress import ip_network
from typing import Any

from ffinfra.dns.delegation.mode import Mode
from ffinfra.gate.carried_records import ZONE_CONTENT_TYPE as ZONE_CONTENT
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import SECRET_MARK, UNKNOWN_VALUE
from ffinfra.gate.operations import Operation
from ffinfra.gate.rules.declared.machines_together import KERNEL_FILES
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import SERVER, Case, change, context, parent_changes, with_network

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


def _files(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {"files": {path: {"content": text} for path, text in texts.items()}}


def _host(name: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Change:
    """A machine's files before and after."""
    operation = Operation.DELETE if new is None else Operation.UPDATE
    return change(operation, HOST_CONFIG, name, _files(old), None if new is None else _files(new))


def _netdev(ends: str, interface: str = "bb1") -> dict[str, str]:
    local, remote = ends.split()
    path = f"/etc/systemd/network/40-ffinfra-{interface}.netdev"
    return {path: f"[Tunnel]\nLocal={local}\nRemote={remote}\n"}


def _tunnel(old: str, new: str) -> GateContext:
    return context([_host("sn1", _netdev(old), _netdev(new))])


def _kernel(*names: str, new: str = "VERSION=6.13") -> GateContext:
    file = KERNEL_FILES[0]
    return context([_host(name, {file: "# x\nVERSION=6.12"}, {file: f"# y\n{new}"}) for name in names])


def _glue(new: str, zone: str = "mesh.musterstadt.example.") -> GateContext:
    """The address of our first nameserver, in the zone that holds its name."""

    def side(address: str) -> dict[str, str]:
        return {"zone": zone, "content": f"ns1.{zone} 300 IN A {address}\n" if address else ""}

    return context([change(Operation.UPDATE, ZONE_CONTENT, zone, side("192.0.2.53"), side(new))])


def _ssh(address: str) -> dict[str, Any]:
    return {"transport": {"kind": "ssh", "address": address, "user": "root", "port": 22}}


NS1 = "the nameserver ns1.mesh.musterstadt.example."
ENDS = "192.0.2.11 203.0.113.193"
OTHER_KERNEL = "would boot another kernel from now on, pinned in one change"
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
    (
        "registered-address",
        lambda: context([_host("sn1", _netdev(ENDS), _netdev(ENDS, "renamed"))]),
        [],
    ),
    ("registered-address", lambda: _glue("192.0.2.53"), []),
    (
        "registered-address",
        lambda: context(
            parent_changes(Mode.PRIMARY, Mode.FALLBACK), kind=StackKind.FAILOVER, mode=Mode.FALLBACK
        ),
        [],
    ),
    ("machines-together", lambda: _kernel("ns1"), []),
    ("machines-together", lambda: _kernel("ns1", "ns2", new="VERSION=6.12"), []),
    ("machines-together", lambda: _kernel("sn1", "sn3"), []),
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
        "machines-together",
        lambda: _kernel("ns2", "ns3"),
        [f"note: ns2, ns3 {OTHER_KERNEL}: nameservers"],
    ),
    (
        "machines-together",
        lambda: _kernel("vm1", "vm2", "sn1", "sn2"),
        [f"note: sn1, sn2 {OTHER_KERNEL}: supernodes of vm1", f"note: ns1, ns2 {OTHER_KERNEL}: nameservers"],
    ),
    (
        "machines-together",
        lambda: _removed("vm1", "ns2"),
        [
            "block: ns1, ns2 would go down together: nameservers",
            "block: sn1, sn2 would go down together: supernodes of vm1",
        ],
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
    (
        "registered-address",
        lambda: context([_host("sn1", _netdev(ENDS), {})]),
        [
            "destructive: the local end of a tunnel of sn1 would be nothing instead of 192.0.2.11",
            "destructive: the remote end of a tunnel of sn1 would be nothing instead of 203.0.113.193",
        ],
    ),
    (
        "registered-address",
        lambda: context([_host("sn1", _netdev(ENDS), _netdev(ENDS.replace("193", "199"), "renamed"))]),
        ["destructive: the remote end of a tunnel of sn1 would be 203.0.113.199 instead of 203.0.113.193"],
    ),
    (
        "registered-address",
        lambda: context([_host("sn1", _netdev(ENDS), None)]),
        [
            "destructive: the local end of a tunnel of sn1 would be nothing instead of 192.0.2.11",
            "destructive: the remote end of a tunnel of sn1 would be nothing instead of 203.0.113.193",
        ],
    ),
    (
        "registered-address",
        lambda: context([_host("sn1", _netdev(ENDS), dict.fromkeys(_netdev(ENDS), UNKNOWN_VALUE))]),
        ["destructive: the tunnels of sn1 are not known before the update"],
    ),
    (
        "registered-address",
        lambda: _glue("192.0.2.54"),
        [f"destructive: {NS1} would be 192.0.2.54 instead of 192.0.2.53 at own primary"],
    ),
    (
        "registered-address",
        lambda: _glue(""),
        [f"destructive: {NS1} would be nowhere instead of 192.0.2.53 at own primary"],
    ),
    (
        "registered-address",
        lambda: context(
            [change(Operation.UPDATE, HOST_CONFIG, "ns1", _ssh("192.0.2.53"), _ssh("192.0.2.54"))]
        ),
        ["destructive: transport.address of ns1 would be 192.0.2.54 instead of 192.0.2.53"],
    ),
]
