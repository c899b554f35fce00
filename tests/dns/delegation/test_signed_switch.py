"""Whole timelines of switches of signed zones."""

from __future__ import annotations

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import (
    Memory,
    Standing,
    breaks_validation,
    memory,
    shown,
    stages,
    unsigned_at_fallback,
)
from ffinfra.dns.master_file import read_zone_text
from tests.dns.delegation.samples import delegations, signed

SIGNED = delegations(signed(), {"zone": "open.net.example"})
CACHES = Memory(ds=300, answers=3600)
REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)
BARE = Standing(Mode.PRIMARY, Trust.WITHDRAWN)
AWAY = Standing(Mode.FALLBACK, Trust.WITHDRAWN)
BOTH = Standing(Mode.MIXED, Trust.WITHDRAWN)

OUT = "DS of mesh.net.example out of the parent (mode primary, trust withdrawn)"
INTO = "DS of mesh.net.example into the parent (mode primary, trust published)"


@pytest.mark.parametrize(
    ("now", "target", "expected"),
    [
        (
            REST,
            Mode.FALLBACK,
            f"0 s: {OUT}; 300 s: mode primary -> fallback (mode fallback, trust withdrawn)",
        ),
        (BARE, Mode.FALLBACK, "300 s: mode primary -> fallback (mode fallback, trust withdrawn)"),
        (AWAY, Mode.FALLBACK, ""),
        (REST, Mode.MIXED, f"0 s: {OUT}; 300 s: mode primary -> mixed (mode mixed, trust withdrawn)"),
        (BOTH, Mode.FALLBACK, "0 s: mode mixed -> fallback (mode fallback, trust withdrawn)"),
        (
            AWAY,
            Mode.PRIMARY,
            f"0 s: mode fallback -> primary (mode primary, trust withdrawn); 3600 s: {INTO}",
        ),
        (BOTH, Mode.PRIMARY, f"0 s: mode mixed -> primary (mode primary, trust withdrawn); 3600 s: {INTO}"),
        (BARE, Mode.PRIMARY, f"3600 s: {INTO}"),
        (REST, Mode.PRIMARY, ""),
    ],
)
def test_the_way_of_a_signed_zone(now: Standing, target: Mode, expected: str) -> None:
    assert shown(stages(SIGNED, now, target, CACHES)) == expected


@pytest.mark.parametrize("target", list(Mode))
@pytest.mark.parametrize("now", [REST, BARE, AWAY, BOTH])
def test_no_stage_breaks_validation_or_moves_ds_and_nameservers_at_once(now: Standing, target: Mode) -> None:
    before = now
    for stage in stages(SIGNED, now, target, CACHES):
        assert not breaks_validation(SIGNED, stage.standing)
        assert (stage.standing.mode is before.mode) != (stage.standing.trust is before.trust)
        before = stage.standing
    assert before.mode is target
    assert stages(SIGNED, before, target, CACHES) == ()


def test_without_signed_zones_a_switch_is_one_stage() -> None:
    plain = delegations()
    assert shown(stages(plain, REST, Mode.FALLBACK, CACHES)) == (
        "0 s: mode fallback (mode fallback, trust published)"
    )
    assert stages(plain, REST, Mode.PRIMARY, CACHES) == ()


def test_what_breaks() -> None:
    assert breaks_validation(SIGNED, Standing(Mode.FALLBACK, Trust.PUBLISHED)) == ("mesh.net.example",)
    assert breaks_validation(SIGNED, Standing(Mode.MIXED, Trust.PUBLISHED)) == ("mesh.net.example",)
    assert breaks_validation(SIGNED, AWAY) == ()
    keeping = signed(fallback={"backend": "friend", "keeps_signatures": True})
    assert unsigned_at_fallback(delegations(keeping, fallback_backend="friend")) == ()


def test_caches_remember_the_longest_ttl_of_the_zones_concerned() -> None:
    zones = [
        read_zone_text(
            f"$ORIGIN {name}.\n@ 500 SOA ns h 1 2 3 4 {minimum}\n@ 60 NS ns\nns {ttl} A 192.0.2.1\n"
        ).zone
        for name, minimum, ttl in (("mesh.net.example", 900, 7200), ("open.net.example", 60, 86400))
    ]
    assert memory(SIGNED, zones) == Memory(ds=500, answers=7200)
    assert memory(delegations(), zones) == Memory(ds=300, answers=300)
