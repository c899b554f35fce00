"""What stands is known again by address, key or name, whatever people called it."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.adoption.bringing_in import missing_settings
from ffinfra.adoption.found import FoundKey, Living
from ffinfra.adoption.identifiers import Identifiers
from ffinfra.failover.held import Held, Wanted
from ffinfra.stack import read_declarations
from ffinfra.stack_kind import StackKind
from tests.adoption.samples import server
from tests.daemons.projects import PROJECT
from tests.hosts.samples import sample_network

NS3 = server(
    7, "old-name", "203.0.113.53/32", "2001:db8:3:53::/64", reverse={"2001:db8:3:53::1": "ns3.example"}
)
LIVING = Living(
    servers=(NS3,),
    addresses=NS3.addresses,
    keys=(FoundKey(3, "laptop", "ssh-ed25519 AAAA alex"),),
    groups=(FoundKey(4, "hc1", "hc1"),),
)
KNOT = {"address": "192.0.2.53", "port": 53.0}


@pytest.mark.parametrize(
    ("kind", "name", "inputs", "identifier"),
    [
        ("hcloud:index/server:Server", "ns3", {}, "7"),
        ("hcloud:index/server:Server", "sn5", {}, None),
        ("hcloud:index/primaryIp:PrimaryIp", "ns3-ipv4", {}, "70"),
        ("hcloud:index/primaryIp:PrimaryIp", "ns3-ipv6", {}, "71"),
        ("hcloud:index/primaryIp:PrimaryIp", "sn5-ipv4", {}, None),
        ("hcloud:index/rdns:Rdns", "ns3-ipv6", {"ipAddress": "2001:db8:3:53::1"}, "p-71-2001:db8:3:53::1"),
        ("hcloud:index/rdns:Rdns", "ns3-ipv4", {"ipAddress": "203.0.113.53"}, None),
        ("hcloud:index/sshKey:SshKey", "alex-1", {"publicKey": "ssh-ed25519 AAAA alex"}, "3"),
        ("hcloud:index/sshKey:SshKey", "kim-1", {"publicKey": "ssh-ed25519 BBBB kim"}, None),
        ("hcloud:index/placementGroup:PlacementGroup", "hc1", {"name": "hc1"}, "4"),
        ("hcloud:index/firewall:Firewall", "ns3", {"name": "ns3"}, None),
        (
            "freifunk:index:ZoneContent",
            "m",
            {"zone": "m.example.", "server": KNOT},
            "m.example.@192.0.2.53@53",
        ),
        ("freifunk:index:HostConfig", "ns3", {}, None),
    ],
)
def test_an_identifier(kind: str, name: str, inputs: dict[str, Any], identifier: str | None) -> None:
    here = Identifiers(LIVING, Held({}, {}), sample_network())
    assert here.of(Wanted(kind, name, inputs, False, f"urn::{name}")) == identifier


def test_a_stack_says_what_it_lacks_before_its_program_runs() -> None:
    declarations = read_declarations(PROJECT)
    prod = [one.path for one in missing_settings(StackKind.PROD, {}, declarations)]
    assert prod == [
        "config.ffinfra:gateKey",
        "config.ffinfra:tsig.transfer",
        "config.ffinfra:tsig.update",
        *(f"config.ffinfra:fastdSecrets.sn{number}" for number in range(1, 7)),
    ]
    failover = [one.path for one in missing_settings(StackKind.FAILOVER, {}, declarations)]
    assert failover == ["config.ffinfra:gateKey", "config.ffinfra:mode"]
    full = {"ffinfra:gateKey": "x", "ffinfra:mode": "primary"}
    assert list(missing_settings(StackKind.FAILOVER, full, declarations)) == []
