"""Interfaces, ports and resolvers that do not fit together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ffinfra.network.reading import network_of_configuration
from ffinfra.problems import InvalidInputError

SAMPLE = Path(__file__).resolve().parents[2] / "Pulumi.prod.yaml"


def _sample() -> Any:
    return yaml.safe_load(SAMPLE.read_text())["config"]["ffinfra:network"]


def _problems(network: Any) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        network_of_configuration(network, "test")
    return [f"{problem.path}: {problem.what}" for problem in refused.value.problems]


def test_a_tunnel_must_not_take_the_name_of_another_interface() -> None:
    network = _sample()
    network["supernodes"][0]["tunnels"][0]["interface"] = "br-mesh"
    network["supernodes"][0]["tunnels"][1]["interface"] = "fastd1"
    assert _problems(network) == [
        "network.supernodes[0].tunnels[0].interface: br-mesh is or may be the name of another interface of sn1",
        "network.supernodes[0].tunnels[1].interface: fastd1 is or may be the name of another interface of sn1",
    ]


def test_two_guests_of_a_host_need_interfaces_of_their_own() -> None:
    network = _sample()
    network["supernodes"][0]["name"] = "supernode-number-1"
    network["supernodes"][1]["name"] = "supernode-number-2"
    taken = "its interface vn-supernode-nu on vm1 is already that of supernodes[0].name"
    assert _problems(network) == [f"network.supernodes[1].name: {taken}"]


def test_the_bridge_is_not_the_physical_interface() -> None:
    network = _sample()
    network["hosts"][0]["network"]["bridge"] = "eno1"
    assert _problems(network) == ["network.hosts[0].network.bridge: eno1 is the physical interface of vm1"]


def test_fastd_needs_room_for_the_ports_of_its_instances() -> None:
    network = _sample()
    network["supernodes"][0]["fastd"]["port"] = 65533
    assert _problems(network) == [
        "network.supernodes[0].fastd.port: the instances of sn1 would need ports up to 65539"
    ]


def test_our_nameservers_are_no_resolvers() -> None:
    network = _sample()
    network["mesh"]["resolvers"] = ["192.0.2.53"]
    assert _problems(network) == ["network.mesh.resolvers[0]: 192.0.2.53 is ns1, which does not recurse"]


@pytest.mark.parametrize("name", ["root", "Alex", "a b", "alex\nkim", "knot"])
def test_an_administrator_has_an_account_name_of_their_own(name: str) -> None:
    network = _sample()
    network["administrators"][0]["name"] = name
    (problem,) = _problems(network)
    assert problem.startswith("network.administrators[0].name: ")
