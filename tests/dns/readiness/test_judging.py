"""READY and NOT READY, and the worst case by class of resolver."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ffinfra.dns.answers.comparing import Comparison, Disagreement
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Memory, Standing, stages
from ffinfra.dns.readiness.estimates import estimates
from ffinfra.dns.readiness.facts import AccountFacts, Chain, NotAsked, ParentFacts, TargetFacts, Unknown
from ffinfra.dns.readiness.staging import Plan
from ffinfra.dns.records import RRsetKey
from tests.dns.delegation.samples import DS
from tests.dns.readiness.seen import (
    FIRST,
    OWN_FIRST,
    OWN_SECOND,
    PARENT,
    SECOND,
    TARGETS,
    declared,
    ids,
    judged,
)

SLOW = "not all looked at within 60 s"
KEYS = (RRsetKey("old.mesh.net.example.", "A"),)
REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)


def test_ready() -> None:
    found = judged()
    assert (found.ready, found.reasons, found.remarks) == (True, (), ())
    assert {str(one.resolver): one.seconds for one in found.estimates} == {
        "parent-centric": 300,
        "child-centric": 600,
        "longer of both": 600,
        "serve-stale": 630,
        "failure-caching": 900,
    }
    assert (found.following, found.lead, found.eta) == (900, 0, 900)


def test_a_longer_ttl_in_the_parent_counts() -> None:
    assert judged(parent=replace(PARENT, ns_ttl=86400)).estimates == estimates(86400, 600)


@pytest.mark.parametrize("target", [Mode.PRIMARY, Mode.FALLBACK])
def test_the_apex_that_is_served_now_counts(target: Mode) -> None:
    """On the way back resolvers hold the provider's NS RRset, with the provider's TTL."""
    assert judged(target=target, apex_ttl=3600).estimates == estimates(300, 3600)
    assert judged(target=target, apex_ttl=60).estimates == estimates(300, 600)


def test_a_missing_record() -> None:
    wrong = Disagreement(SECOND, "www.mesh.net.example. A", "192.0.2.80 (ttl 60)", "NXDOMAIN")
    found = judged(targets=replace(TARGETS, comparison=Comparison(8, (wrong,))))
    assert not found.ready
    assert found.reasons[0].what == (
        f"{SECOND} answers otherwise than declared: www.mesh.net.example. A: NXDOMAIN, not 192.0.2.80 (ttl 60)"
    )


def test_what_could_not_be_compared_counts_against_it() -> None:
    found = judged(targets=replace(TARGETS, comparison=Comparison(8, (), left=2)))
    assert [(one.id, one.what) for one in found.reasons] == [
        ("not-compared", "2 of 10 questions could not be asked in time")
    ]


def test_nameservers_that_do_not_speak() -> None:
    dead = replace(TARGETS, serials={FIRST: 1, SECOND: Unknown("REFUSED")})
    assert ids(judged(targets=dead)) == ["no-authority"]
    assert ids(judged(targets=replace(TARGETS, serials={}))) == ["nobody-asked"]


@pytest.mark.parametrize("target", [Mode.FALLBACK, Mode.MIXED])
@pytest.mark.parametrize(
    ("zone", "why"),
    [
        ("mesh.net.example", "the zone that it is to save"),
        ("ff.net.example", "a zone of ours that fails with it"),
    ],
)
def test_a_fallback_whose_name_lies_in_a_zone_of_ours(target: Mode, zone: str, why: str) -> None:
    found = judged(declared(fallback=zone), target)
    assert [(one.id, one.what) for one in found.reasons] == [
        ("name-under-zone", f"ns1.{zone} lies under {zone}., {why}"),
        ("name-under-zone", f"ns2.{zone} lies under {zone}., {why}"),
    ]


def test_own_nameservers_may_lie_in_a_zone_of_ours() -> None:
    assert judged(target=Mode.PRIMARY).ready


def test_a_parent_of_which_nothing_is_known() -> None:
    assert ids(judged(parent=Unknown("nobody answers"))) == ["parent-unknown"]


def test_a_parent_that_does_not_delegate() -> None:
    everywhere = ParentFacts(("192.0.2.9",), None, frozenset(), undelegating=("192.0.2.9",))
    found = judged(parent=everywhere)
    assert [(one.id, one.what) for one in found.reasons] == [
        ("not-delegated", "the zone is not delegated in net.example. at 192.0.2.9: nobody finds it there")
    ]
    somewhere = ParentFacts(("192.0.2.8", "192.0.2.9"), 300, frozenset(), undelegating=("192.0.2.9",))
    assert ids(judged(parent=somewhere)) == ["not-delegated"]


def test_parents_nameservers_that_were_not_heard_are_told() -> None:
    found = judged(parent=replace(PARENT, lacking=("gone.example.",), silent=("192.0.2.8",)))
    assert found.ready
    assert [(one.id, one.what) for one in found.remarks] == [
        (
            "parent-unresolved",
            "gone.example., a nameserver of net.example., has no address, so that it was not asked",
        ),
        ("parent-silent", "192.0.2.8, a nameserver of net.example., gives no usable answer"),
    ]


def test_a_parent_that_serves_the_zone_itself() -> None:
    """Where all do that answer, nobody knows what is delegated, and the switch has no effect."""
    said = (
        "parent-serves-zone",
        "192.0.2.9, of net.example., serves the zone too and answers from it, whatever is delegated",
    )
    one_of_two = judged(parent=replace(PARENT, servers=("192.0.2.8", "192.0.2.9"), serving=("192.0.2.9",)))
    assert (one_of_two.ready, [(one.id, one.what) for one in one_of_two.remarks]) == (True, [said])
    servers = ("192.0.2.8", "192.0.2.9")
    alone = judged(parent=replace(PARENT, servers=servers, silent=servers[:1], serving=servers[1:]))
    assert [(one.id, one.what) for one in alone.reasons] == [said]


@pytest.mark.parametrize(
    ("account", "expected", "skipped"),
    [
        (AccountFacts("the zone is ok", in_order=True, undeclared=()), [], []),
        (AccountFacts("the zone is error", in_order=False, undeclared=()), ["account"], []),
        (AccountFacts("the zone is ok", in_order=True, undeclared=KEYS), ["undeclared"], []),
        (NotAsked("HCLOUD_TOKEN is not set"), [], ["HCLOUD_TOKEN is not set"]),
        (Unknown("the API answers 503"), ["account-unknown"], []),
        (AccountFacts("the zone is ok", True, (), SLOW), [], [SLOW]),
        (AccountFacts("the zone is ok", True, KEYS, SLOW), ["undeclared"], [SLOW]),
    ],
)
def test_what_the_providers_api_says(
    account: AccountFacts | Unknown | NotAsked, expected: list[str], skipped: list[str]
) -> None:
    found = judged(account=account)
    assert ids(found) == expected
    assert [one.reason for one in found.skipped[:-1]] == skipped


def test_undeclared_records_are_named() -> None:
    [reason] = judged(account=AccountFacts("the zone is ok", in_order=True, undeclared=KEYS * 7)).reasons
    named = ", ".join(["old.mesh.net.example. A"] * 5)
    assert reason.what == f"there stands what nobody declared: {named} and 2 more"


def test_a_ds_must_fit_every_nameserver() -> None:
    def with_chains(first: Chain, second: Chain) -> TargetFacts:
        return replace(TARGETS, chains={FIRST: first, SECOND: second})

    well = judged(targets=with_chains(Chain("", 9000), Chain("", 8000)))
    assert (well.ready, well.signatures) == (True, 8000)
    broken = judged(targets=with_chains(Chain("", 9000), Chain("it has no key")))
    assert [(one.id, one.what) for one in broken.reasons] == [
        (
            "ds-breaks",
            f"the parent has a DS, but validating resolvers would not believe {SECOND}: it has no key",
        )
    ]
    ends = judged(targets=with_chains(Chain("", 9000), Chain("", 899)))
    assert [(one.id, one.what) for one in ends.reasons] == [
        ("signatures-end", f"the first signature at {SECOND} ends in 899 s, before all have followed")
    ]


def test_own_nameservers_that_validators_do_not_believe_are_worth_a_look() -> None:
    chains = {OWN_FIRST: Chain("", 9000), OWN_SECOND: Chain("it has no key")}
    found = judged(rest_chains=chains)
    assert found.ready
    assert [(one.id, one.what) for one in found.remarks] == [
        (
            "rest-ds-breaks",
            f"validating resolvers do not believe {OWN_SECOND}, a nameserver at rest: it has no key",
        )
    ]
    assert judged(target=Mode.PRIMARY, rest_chains=chains).remarks == ()


def test_stages_are_told_and_count() -> None:
    delegations = declared(signed="own", ds=[DS])
    way = stages(delegations, REST, Mode.FALLBACK, Memory(ds=3600, answers=600))
    found = judged(delegations, plan=Plan(REST, Mode.FALLBACK, way))
    assert (found.ready, found.way, found.lead, found.following, found.eta) == (True, way, 3600, 900, 4500)
