"""Which change is signed ahead, and how it is told that one is or is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.failover.signing_ahead import standings_ahead
from ffinfra.failover.standby import Lacking, Ready, other_way
from tests.dns.delegation.samples import delegations, signed

AT_REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)


def test_an_unsigned_zone_is_switched_in_one_change() -> None:
    wanted = Standing(Mode.FALLBACK, Trust.PUBLISHED)
    assert standings_ahead(delegations(), AT_REST, Mode.FALLBACK) == (wanted,)
    assert standings_ahead(delegations(), wanted, Mode.FALLBACK) == (wanted,)


def test_of_a_signed_zone_the_ds_goes_first() -> None:
    out, there = Standing(Mode.PRIMARY, Trust.WITHDRAWN), Standing(Mode.FALLBACK, Trust.WITHDRAWN)
    assert standings_ahead(delegations(signed()), AT_REST, Mode.FALLBACK) == (out, there)
    assert standings_ahead(delegations(signed()), there, Mode.PRIMARY) == (out, AT_REST)


@pytest.mark.parametrize(
    ("mode", "other"),
    [(Mode.PRIMARY, Mode.FALLBACK), (Mode.MIXED, Mode.FALLBACK), (Mode.FALLBACK, Mode.PRIMARY)],
)
def test_the_other_way(mode: Mode, other: Mode) -> None:
    assert other_way(mode) is other


def test_it_is_told_in_one_line() -> None:
    until = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert str(Ready(Mode.FALLBACK, until)) == (
        "standby: a switch to fallback is approved until 2026-03-01 12:00 UTC"
    )
    assert str(Lacking(Mode.PRIMARY, "it expired")) == (
        "standby: nothing lies ready for a switch to primary (it expired); sign one by day:"
        " ffinfra approve --standby primary --stack failover"
    )
