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
from ffinfra.lab.daemons.clouds import cloud_settings, refuse_who_is_not_played
from ffinfra.lab.root_zones import tld_zone
from ffinfra.problems import OperationalError
from ffinfra.stack import Declarations
from tests.gate.rules.contexts import sample

ELSEWHERE = [
    {"name": "neon.ns.hetzner.example", "ipv4": "203.0.113.244"},
    {"name": "argon.ns.hetzner.example", "ipv4": "203.0.113.245"},
]
CLOUDFLARE = {"backend": "cloudflare", "zone_id": "0" * 32, "nameservers": ELSEWHERE}
SECONDARY = {"backend": "hetzner-secondary", "key": "provider"}
FRIEND = {"backend": "friend", "nameservers": ELSEWHERE}
TOKENS = {"HCLOUD_TOKEN": "h" * 64, "CLOUDFLARE_API_TOKEN": "c" * 40}


def declared(*fallbacks: Mapping[str, Any]) -> Declarations:
    """The sample with other fallbacks, zone by zone."""
    raw = sample().delegations.model_dump(mode="json", exclude_unset=True)
    for zone, fallback in zip(raw["zones"], fallbacks, strict=True):
        zone["fallback"] = dict(fallback)
    return replace(sample(), delegations=Delegations.model_validate(raw))


def told(declarations: Declarations, folder: Path) -> CloudSettings:
    return cloud_settings(declarations, TOKENS, folder, FaultSettings(), None)


def test_zones_that_hetzner_holds_in_both_ways(tmp_path: Path) -> None:
    elsewhere = {"backend": "hetzner", "nameservers": ELSEWHERE}
    both = declared(elsewhere, SECONDARY)
    settings = told(both, tmp_path)
    names = [
        *(one["name"] for one in ELSEWHERE),
        *(one.name for one in both.delegations.nameservers.fallback),
    ]
    assert [server.name for server in settings.hetzner.nameservers] == names
    assert settings.hetzner.transfer_key_name == "provider"
    lines = tld_zone(both).text.splitlines()
    for name in names:
        assert any(line.startswith(f"{name}. 300 IN A ") for line in lines)


def test_the_sample_needs_no_key(tmp_path: Path) -> None:
    settings = told(sample(), tmp_path)
    assert settings.hetzner.transfer_key_name is None
    assert [zone.name for zone in settings.cloudflare.zones] == ["musterstadt.example"]


def test_two_keys_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="transfers with one key, not with another and provider"):
        told(declared(SECONDARY, {**SECONDARY, "key": "another"}), tmp_path)


def test_a_zone_that_a_provider_holds_at_rest() -> None:
    raw = sample().delegations.model_dump(mode="json", exclude_unset=True)
    raw["zones"][0]["primary"] = CLOUDFLARE
    with pytest.raises(OperationalError, match=r"ff\.musterstadt\.example is at rest held by cloudflare"):
        refuse_who_is_not_played(Delegations.model_validate(raw))


@pytest.mark.parametrize(
    ("fallback", "why"),
    [
        (FRIEND, "the lab plays no friend's nameservers, and one keeps mesh.musterstadt.example warm"),
        (
            CLOUDFLARE,
            "the lab's Cloudflare is the parent, and would answer for mesh.musterstadt.example whatever is delegated",
        ),
    ],
)
def test_who_is_not_played_is_named(fallback: Mapping[str, Any], why: str) -> None:
    with pytest.raises(OperationalError) as refused:
        refuse_who_is_not_played(declared(SECONDARY, fallback).delegations)
    assert refused.value.what == why
    refuse_who_is_not_played(declared(SECONDARY, SECONDARY).delegations)
