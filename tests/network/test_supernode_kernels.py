"""The cloud flavour of the kernel lacks batman-adv: no supernode may boot it, wherever it is declared."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ffinfra.network.kernel import KernelPackage
from ffinfra.network.reading import network_of_configuration
from ffinfra.problems import InvalidInputError
from tests.hosts.samples import ROOT

CLOUD = "linux-image-cloud-amd64"


def _sample() -> Any:
    return yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]["ffinfra:network"]


def _problems(network: Any) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        network_of_configuration(network, "test")
    return [f"{problem.path}: {problem.what}" for problem in refused.value.problems]


def test_a_supernode_of_its_own() -> None:
    network = _sample()
    network["supernodes"][2]["kernel"] = {"package": CLOUD}
    assert _problems(network) == [
        "network.supernodes[2]: sn3 would boot linux-image-cloud-amd64, which lacks batman-adv"
    ]


def test_by_its_host_and_not_where_it_has_one_of_its_own() -> None:
    network = _sample()
    network["hosts"][0]["kernel"]["package"] = CLOUD
    network["supernodes"][1]["kernel"] = {"package": "linux-image-amd64"}
    assert _problems(network) == [
        "network.supernodes[0]: sn1 would boot linux-image-cloud-amd64, which lacks batman-adv"
    ]


def test_a_nameserver_may() -> None:
    network = _sample()
    network["nameservers"][0]["kernel"] = {"package": CLOUD}
    read = network_of_configuration(network, "test")
    assert read.kernel_of(read.nameservers[0]).package is KernelPackage.CLOUD
