"""Secondaries that are stale, behind a living primary, or about to expire."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.facts import Unknown
from tests.dns.readiness.seen import (
    FIRST,
    OWN_FIRST,
    OWN_SECOND,
    SECOND,
    TARGETS,
    TIMERS,
    declared,
    ids,
    judged,
)

FRIEND = declared(backend="friend")
STALE = replace(TARGETS, serials={FIRST: 1, SECOND: 2})
BOUND = TIMERS.expire - TIMERS.refresh - TIMERS.retry


@pytest.mark.parametrize("target", [Mode.FALLBACK, Mode.MIXED])
def test_a_stale_secondary(target: Mode) -> None:
    found = judged(FRIEND, target, targets=STALE)
    assert [(one.id, one.what) for one in found.reasons] == [
        ("out-of-sync", f"the serials differ: 1 at {FIRST}; 2 at {SECOND}")
    ]


@pytest.mark.parametrize(
    ("target", "expected"), [(Mode.FALLBACK, []), (Mode.MIXED, []), (Mode.PRIMARY, ["out-of-sync"])]
)
def test_a_provider_counts_its_serials_itself(target: Mode, expected: list[str]) -> None:
    assert ids(judged(declared(), target, targets=STALE)) == expected


def test_all_secondaries_behind_a_living_primary() -> None:
    found = judged(FRIEND, at_rest={OWN_FIRST: 3, OWN_SECOND: Unknown("no answer in time")}, unconfirmed=0)
    assert [(one.id, one.what) for one in found.reasons] == [
        ("behind", f"{one} is behind: it has serial 2, the nameservers at rest have 3")
        for one in (FIRST, SECOND)
    ]
    assert found.primary_alive


def test_serials_go_round() -> None:
    """RFC 1982: 2 comes after 4294967295."""
    assert ids(judged(FRIEND, at_rest={OWN_FIRST: 4294967295}, unconfirmed=0)) == []


def test_a_provider_is_never_behind() -> None:
    found = judged(declared(), at_rest={OWN_FIRST: 3})
    assert (ids(found), found.primary_alive) == ([], False)


def test_own_nameservers_that_differ_are_worth_a_look() -> None:
    found = judged(at_rest={OWN_FIRST: 3, OWN_SECOND: 4})
    assert found.ready
    assert [(one.id, one.what) for one in found.remarks] == [
        (
            "rest-out-of-sync",
            f"the nameservers at rest differ in their serials: 3 at {OWN_FIRST}; 4 at {OWN_SECOND}",
        )
    ]
    assert found.serials == {OWN_FIRST: 3, OWN_SECOND: 4, FIRST: 2, SECOND: 2}


@pytest.mark.parametrize(
    ("unconfirmed", "expiry", "expected"),
    [
        (0, BOUND, []),
        (BOUND - 900, 900, []),
        (BOUND - 899, 899, ["expires"]),
        (BOUND, 0, ["expires"]),
        (BOUND + 1, None, []),
        (90 * 86400, None, []),
    ],
)
def test_a_secondary_that_expires_before_all_have_followed(
    unconfirmed: int, expiry: int | None, expected: list[str]
) -> None:
    found = judged(FRIEND, unconfirmed=unconfirmed)
    assert (found.expiry, ids(found)) == (expiry, expected)


def test_how_it_is_told() -> None:
    [reason] = judged(FRIEND, unconfirmed=BOUND - 60).reasons
    assert reason.what == (
        "the secondaries live by their SOA's expire, which may end in 60 s; following takes up to 900 s"
    )


def test_what_secondaries_tell_themselves_goes_before_the_bound() -> None:
    told = replace(TARGETS, expires={FIRST: 5000, SECOND: 4000})
    assert judged(FRIEND, targets=told, unconfirmed=BOUND + 60).expiry == 4000
    one = replace(TARGETS, expires={FIRST: 5000})
    assert judged(FRIEND, targets=one, unconfirmed=0).expiry == 5000
    assert ids(judged(FRIEND, targets=one, unconfirmed=BOUND)) == ["expires"]
    assert ids(judged(FRIEND, targets=replace(TARGETS, expires={FIRST: 5}), unconfirmed=None)) == ["expires"]


def test_own_nameservers_count_only_as_they_tell() -> None:
    own = replace(TARGETS, serials={OWN_FIRST: 2, OWN_SECOND: 2})
    assert judged(target=Mode.PRIMARY, targets=own, unconfirmed=BOUND).expiry is None
    told = replace(own, expires={OWN_FIRST: 1209600, OWN_SECOND: 60})
    assert ids(judged(target=Mode.PRIMARY, targets=told)) == ["expires"]


def test_what_nobody_knows_is_told() -> None:
    for unconfirmed in (None, BOUND + 60):
        assert [(one.what, one.reason) for one in judged(FRIEND, unconfirmed=unconfirmed).skipped[1:]] == [
            (
                "expiry of a secondary",
                "none of them tells it (RFC 7314), and no nameserver at rest was seen to live within SOA expire",
            )
        ]
    assert judged().skipped[-1].reason == "who serves the zone then holds it as primary, so nothing expires"
