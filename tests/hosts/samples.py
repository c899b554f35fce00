"""The sample network and made-up secrets, for the tests of the host files."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ffinfra.hosts.secrets import HostSecrets
from ffinfra.hosts.served_zones import OutsideSecondary, ServedZone, Signing
from ffinfra.network.network import Network
from ffinfra.network.reading import read_network

ROOT = Path(__file__).resolve().parents[2]

TRANSFER_SECRET = base64.b64encode(b"transfer" * 4).decode()
UPDATE_SECRET = base64.b64encode(b"update--" * 4).decode()
FALLBACK_SECRET = base64.b64encode(b"fallback" * 4).decode()

FASTD_SECRET = "a8f0d1e1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c60"
"""Made up; belongs to no public key of the sample network."""

SEED = """\
@ 3600 SOA ns1.mesh.musterstadt.example. hostmaster.musterstadt.example. 1 3600 600 1209600 300
@ 3600 NS ns1.mesh.musterstadt.example.
@ 3600 NS ns2.mesh.musterstadt.example.
@ 3600 NS ns3.mesh.musterstadt.example.
"""


@cache
def sample_network() -> Network:
    """The network of Pulumi.prod.yaml."""
    return read_network(ROOT / "Pulumi.prod.yaml")


@cache
def full_declaration() -> dict[str, Any]:
    """The sample's declaration with every optional setting that reaches a file, as plain values."""
    declared: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"][
        "ffinfra:network"
    ]
    vm1, ns1 = declared["hosts"][0], declared["nameservers"][0]
    sn1, sn2 = declared["supernodes"][0], declared["supernodes"][1]
    vm1["kernel"]["version"] = "6.1.153-1"
    vm1["management_address"] = "198.51.100.32"
    sn1["kernel"] = {"source": "stable", "package": "linux-image-amd64", "version": "6.1.153-1"}
    sn1["mac"] = "02:00:5e:00:53:01"
    sn1["management_address"] = "198.51.100.33"
    sn1["fastd"] |= {"instances": 3, "offload": True}
    sn1["wireguard"] = {"public_key": "k" * 43 + "=", "link_address": "fe80::1"}
    sn2["fastd"]["offload"] = False
    ns1["kernel"] = {"package": "linux-image-cloud-amd64"}
    ns1["mac"] = "02:00:5e:00:53:02"
    ns1["management_address"] = "2001:db8:f::1"
    declared["mesh"]["resolvers"] = [*declared["mesh"]["resolvers"], "2001:db8:f::53"]
    return declared


@cache
def full_network() -> Network:
    """The network of ``full_declaration``."""
    return Network.model_validate(full_declaration())


def sample_secrets() -> HostSecrets:
    """Enough for every machine."""
    return HostSecrets(
        fastd=FASTD_SECRET,
        tsig={"transfer": TRANSFER_SECRET, "update": UPDATE_SECRET, "fallback": FALLBACK_SECRET},
    )


@cache
def sample_zones() -> tuple[ServedZone, ...]:
    """One plain zone with a provider that transfers it, one signed zone."""
    provider = OutsideSecondary.model_validate(
        {"name": "fallback", "addresses": ["198.51.100.250"], "key": "fallback"}
    )
    return (
        ServedZone(name="mesh.musterstadt.example", seed=SEED, outside=(provider,)),
        ServedZone(name="nodes.musterstadt.example", seed=SEED, signed=Signing.OWN),
    )
