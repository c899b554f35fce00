"""Which mode the parent is at, by what its nameservers say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.failover.parent_word import standing_of
from tests.dns.delegation.samples import delegations, signed


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("trust", Trust)
def test_each_mode_is_known_again(mode: Mode, trust: Trust) -> None:
    declared = delegations(signed(), {"zone": "ff.net.example"})
    said = {zone.origin: delegation_rrsets(declared, zone, mode, trust) for zone in declared.zones}
    assert standing_of(declared, said) == Standing(mode, trust)


def test_ttls_do_not_count() -> None:
    declared = delegations()
    zone = declared.zones[0]
    said = tuple(replace(one, ttl=77) for one in delegation_rrsets(declared, zone, Mode.MIXED))
    assert standing_of(declared, {zone.origin: said}) == Standing(Mode.MIXED, Trust.PUBLISHED)


def test_two_zones_at_two_modes_are_at_none() -> None:
    declared = delegations({"zone": "mesh.net.example"}, {"zone": "ff.net.example"})
    first, second = declared.zones
    said = {
        first.origin: delegation_rrsets(declared, first, Mode.PRIMARY),
        second.origin: delegation_rrsets(declared, second, Mode.FALLBACK),
    }
    assert standing_of(declared, said) is None


def test_glue_that_lacks_is_no_mode() -> None:
    declared = delegations()
    zone = declared.zones[0]
    said = tuple(one for one in delegation_rrsets(declared, zone, Mode.PRIMARY) if one.type != "AAAA")
    assert standing_of(declared, {zone.origin: said}) is None
    assert standing_of(declared, {zone.origin: ()}) is None
