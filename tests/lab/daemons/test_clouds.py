"""What the lab's clouds are told of a network whose fallbacks are of different kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.lab.clouds.faults.kinds import FaultSettings
from ffinfra.lab.clouds.settings import CloudSettings
from ffinfra.lab.daemons.clouds import cloud_settings
from ffinfra.lab.root_zones import tld_zone
from ffinfra.problems import OperationalError
from ffinfra.stack import Declarations
from tests.gate.rules.contexts import sample

HELD = "0123456789abcdef0123456789abcdef"
CLOUDFLARE = {
    "backend": "cloudflare",
    "zone_id": HELD,
    "nameservers": [
        {"name": "ada.ns.cloudflare.example", "ipv4": "203.0.113.231"},
        {"name": "eve.ns.cloudflare.example", "ipv4": "203.0.113.233"},
    ],
}
SECONDARY = {"backend": "hetzner-secondary", "key": "provider"}
FRIEND = {"backend": "friend", "nameservers": CLOUDFLARE["nameservers"]}
TOKENS = {"HCLOUD_TOKEN": "h" * 64, "CLOUDFLARE_API_TOKEN": "c" * 40}


def declared(*fallbacks: Mapping[str, Any]) -> Declarations:
    """The sample with other fallbacks, zone by zone."""
    raw = sample().delegations.model_dump(mode="json", exclude_unset=True)
    for zone, fallback in zip(raw["zones"], fallbacks, strict=True):
        zone["fallback"] = dict(fallback)
    return replace(sample(), delegations=Delegations.model_validate(raw))


def told(declarations: Declarations, folder: Path) -> CloudSettings:
    return cloud_settings(declarations, TOKENS, folder, FaultSettings(), None)


def test_a_zone_at_cloudflare_and_one_that_hetzner_transfers(tmp_path: Path) -> None:
    both = declared(CLOUDFLARE, SECONDARY)
    settings = told(both, tmp_path)
    assert [(zone.id, zone.name) for zone in settings.cloudflare.zones] == [
        ("5f0c1d3a9b7e4c2d8a6b0e9f1c3d5a7b", "musterstadt.example"),
        (HELD, "ff.musterstadt.example"),
    ]
    carriers = [f"{name}.ns.cloudflare.example" for name in ("ada", "bob", "eve")]
    assert [server.name for server in settings.cloudflare.nameservers] == carriers
    fallback = [server.name for server in both.delegations.nameservers.fallback]
    assert [server.name for server in settings.hetzner.nameservers] == fallback
    assert settings.hetzner.transfer_key_name == "provider"
    lines = tld_zone(both).text.splitlines()
    assert len(lines) == len(set(lines))
    for name in carriers:
        assert f"musterstadt.example. 300 IN NS {name}." in lines
    for name in (*carriers, *fallback):
        assert any(line.startswith(f"{name}. 300 IN A ") for line in lines)


def test_the_sample_needs_no_key(tmp_path: Path) -> None:
    settings = told(sample(), tmp_path)
    assert settings.hetzner.transfer_key_name is None
    assert [zone.name for zone in settings.cloudflare.zones] == ["musterstadt.example"]


@pytest.mark.parametrize(
    ("fallbacks", "why"),
    [
        ((SECONDARY, FRIEND), "the lab plays no friend's nameservers, and mesh.musterstadt.example has some"),
        (
            (SECONDARY, {**SECONDARY, "key": "another"}),
            "the lab's Hetzner transfers with one key, not with another and provider",
        ),
    ],
)
def test_who_is_not_played_is_named(
    fallbacks: tuple[Mapping[str, Any], ...], why: str, tmp_path: Path
) -> None:
    with pytest.raises(OperationalError) as refused:
        told(declared(*fallbacks), tmp_path)
    assert refused.value.what == why
