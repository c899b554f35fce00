"""From what the parent says to the stages of a switch."""

from __future__ import annotations

import pytest

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.dns.readiness.facts import ParentFacts, Unknown
from ffinfra.dns.readiness.staging import planned, standing_now
from tests.dns.delegation.samples import DS, delegations, signed

SIGNED = delegations(signed(), {"zone": "ff.net.example"})
FIRST = "mesh.net.example."


def said(declared: Delegations, mode: Mode, *, ds: bool) -> dict[str, ParentFacts | Unknown]:
    return {
        zone.origin: ParentFacts(
            ("192.0.2.9",),
            300,
            frozenset({DS}) if ds and zone.ds else frozenset(),
            frozenset(f"{server.name}." for server in nameservers_of(declared, zone, mode)),
        )
        for zone in declared.zones
    }


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("trust", Trust)
def test_each_standing_is_known_again(mode: Mode, trust: Trust) -> None:
    word = said(SIGNED, mode, ds=trust is Trust.PUBLISHED)
    assert standing_now(SIGNED, word) == Standing(mode, trust)


def test_what_cannot_be_told_counts_as_at_rest() -> None:
    rest = Standing(Mode.PRIMARY, Trust.PUBLISHED)
    assert standing_now(SIGNED, {FIRST: Unknown("silent")}) == rest
    assert standing_now(SIGNED, {}) == rest
    apart = said(SIGNED, Mode.PRIMARY, ds=True) | {FIRST: said(SIGNED, Mode.FALLBACK, ds=True)[FIRST]}
    assert standing_now(SIGNED, apart) == rest


def test_the_way_there_waits_for_the_ds() -> None:
    plan = planned(SIGNED, (), said(SIGNED, Mode.PRIMARY, ds=True), Mode.FALLBACK)
    assert [(one.wait, one.standing.mode, one.standing.trust) for one in plan.way] == [
        (0, Mode.PRIMARY, Trust.WITHDRAWN),
        (300, Mode.FALLBACK, Trust.WITHDRAWN),
    ]
    assert plan.lead == 300


def test_the_way_back_changes_nameservers_at_once() -> None:
    plan = planned(SIGNED, (), said(SIGNED, Mode.FALLBACK, ds=False), Mode.PRIMARY)
    assert [(one.wait, one.standing.mode, one.standing.trust) for one in plan.way] == [
        (0, Mode.PRIMARY, Trust.WITHDRAWN),
        (300, Mode.PRIMARY, Trust.PUBLISHED),
    ]
    assert plan.lead == 0


def test_only_the_ds_is_left() -> None:
    plan = planned(SIGNED, (), said(SIGNED, Mode.PRIMARY, ds=False), Mode.PRIMARY)
    assert ([one.wait for one in plan.way], plan.lead) == ([300], 0)


def test_an_unsigned_network_takes_one_change() -> None:
    declared = delegations()
    plan = planned(declared, (), said(declared, Mode.PRIMARY, ds=False), Mode.FALLBACK)
    assert ([one.wait for one in plan.way], plan.lead) == ([0], 0)
