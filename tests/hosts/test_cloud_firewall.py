"""What Hetzner's firewall lets through to the servers of the sample network."""

from __future__ import annotations

import pytest

from ffinfra.hosts.cloud_firewall import firewall_rules
from ffinfra.hosts.rendering import configured_machine, render_host
from ffinfra.network.hosts import DedicatedHost
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

MANAGEMENT = ("192.0.2.56/29", "2001:db8:1:f::/64")
EVERYWHERE = ("0.0.0.0/0", "::/0")
BACKBONE = ("203.0.113.193/32", "203.0.113.194/32")


def _rules(name: str) -> list[tuple[str, str | None, tuple[str, ...]]]:
    machine = configured_machine(sample_network(), name)
    assert not isinstance(machine, DedicatedHost)
    return [
        (rule.protocol.value, rule.port, rule.sources) for rule in firewall_rules(sample_network(), machine)
    ]


def test_what_is_let_in_to_a_supernode() -> None:
    assert _rules("sn5") == [
        ("icmp", None, EVERYWHERE),
        ("tcp", "22", MANAGEMENT),
        ("tcp", "9100", MANAGEMENT),
        ("tcp", "9324", MANAGEMENT),
        ("udp", "10000", EVERYWHERE),
        ("gre", None, BACKBONE),
    ]


def test_what_is_let_in_to_a_nameserver() -> None:
    assert _rules("ns3") == [
        ("icmp", None, EVERYWHERE),
        ("tcp", "22", MANAGEMENT),
        ("tcp", "9100", MANAGEMENT),
        ("udp", "53", EVERYWHERE),
        ("tcp", "53", EVERYWHERE),
    ]


@pytest.mark.parametrize("name", ["sn5", "ns3"])
def test_every_exporter_of_a_server_can_be_asked_by_management(name: str) -> None:
    configuration = render_host(sample_network(), name, sample_secrets(), sample_zones())
    exporters = [file for file in configuration.files if file.path.startswith("/etc/default/prometheus-")]
    opened = {port for protocol, port, sources in _rules(name) if protocol == "tcp" and sources == MANAGEMENT}
    ports = {file.content.partition("listen-address=")[2].split('"')[0].split("'")[0] for file in exporters}
    assert {address.rstrip("\n").rpartition(":")[2] for address in ports} == opened - {"22"}
