"""READY and NOT READY, and the worst case by class of resolver."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from ffinfra.dns.answers.comparing import Comparison, Disagreement
from ffinfra.dns.delegation.declarations import Delegations, FallbackBackend
from ffinfra.dns.delegation.modes import Mode
from ffinfra.dns.readiness.estimates import estimates, worst
from ffinfra.dns.readiness.expiry import lives_at_least
from ffinfra.dns.readiness.facts import AccountFacts, ParentFacts, TargetFacts, Unknown, ZoneFacts
from ffinfra.dns.readiness.judging import ZoneReadiness, judge
from ffinfra.dns.records import SOA, RRsetKey, make_rrset

FIRST, SECOND = "192.0.2.1", "192.0.2.2"
PARENT = ParentFacts(("192.0.2.9",), 300, frozenset())
KEYS = (RRsetKey("old.mesh.net.example.", "A"),)
APEX = make_rrset("mesh.net.example.", "NS", 600, ["ns1.provider.example.", "ns2.provider.example."])


def declared(fallback: str = "provider.example") -> Delegations:
    return Delegations.model_validate(
        {
            "parent": {"zone": "net.example", "backend": "cloudflare", "zone_id": "0" * 32, "ttl": 300},
            "nameservers": {
                "own": [
                    {"name": "ns1.mesh.net.example", "ipv4": "198.51.100.1"},
                    {"name": "ns2.mesh.net.example", "ipv4": "198.51.100.2"},
                ],
                "fallback": [
                    {"name": f"ns1.{fallback}", "ipv4": FIRST},
                    {"name": f"ns2.{fallback}", "ipv4": SECOND},
                ],
            },
            "fallback_backend": "hetzner",
            "zones": [{"zone": "mesh.net.example"}],
        }
    )


def judged(
    *,
    wrong: tuple[Disagreement, ...] = (),
    serials: Mapping[str, int | Unknown] | None = None,
    keys: Mapping[str, frozenset[str]] | None = None,
    parent: ParentFacts | Unknown = PARENT,
    target: Mode = Mode.FALLBACK,
    fallback: str = "provider.example",
) -> ZoneReadiness:
    seen = {FIRST: 1, SECOND: 2} if serials is None else serials
    facts = ZoneFacts(APEX, parent, TargetFacts(Comparison(8, wrong), seen, keys or {}))
    delegations = declared(fallback)
    return judge(delegations, delegations.zones[0], target, facts)


def ids(found: ZoneReadiness) -> list[str]:
    return [reason.id for reason in found.reasons]


def test_ready() -> None:
    found = judged()
    assert (found.ready, found.reasons) == (True, ())
    assert {str(one.resolver): one.seconds for one in found.estimates} == {
        "parent-centric": 300,
        "child-centric": 600,
        "longer of both": 600,
        "serve-stale": 630,
        "failure-caching": 900,
    }
    assert worst(found.estimates) == 900


def test_a_longer_ttl_in_the_parent_counts() -> None:
    found = judged(parent=ParentFacts(("192.0.2.9",), 86400, frozenset()))
    assert found.estimates == estimates(86400, 600)


def test_a_missing_record() -> None:
    wrong = Disagreement(SECOND, "www.mesh.net.example. A", "192.0.2.80 (ttl 60)", "NXDOMAIN")
    found = judged(wrong=(wrong,))
    assert not found.ready
    assert found.reasons[0].what == (
        f"{SECOND} answers otherwise than declared: www.mesh.net.example. A: NXDOMAIN, not 192.0.2.80 (ttl 60)"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"serials": {FIRST: 1, SECOND: Unknown("REFUSED")}}, ["no-authority"]),
        ({"serials": {}}, ["nobody-asked"]),
        ({"parent": Unknown("nobody answers")}, ["parent-unknown"]),
        ({"fallback": "mesh.net.example"}, ["name-under-zone", "name-under-zone"]),
        ({"target": Mode.PRIMARY}, ["out-of-sync"]),
        ({"target": Mode.MIXED}, []),
    ],
)
def test_what_speaks_against_it(changes: dict[str, object], expected: list[str]) -> None:
    assert ids(judged(**changes)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("account", "expected", "skipped"),
    [
        (AccountFacts("the zone is ok", in_order=True, undeclared=()), [], []),
        (AccountFacts("the zone is error", in_order=False, undeclared=()), ["account"], []),
        (AccountFacts("the zone is ok", in_order=True, undeclared=KEYS), ["undeclared"], []),
        (Unknown("HCLOUD_TOKEN is not set"), [], ["HCLOUD_TOKEN is not set"]),
    ],
)
def test_what_the_providers_api_says(
    account: AccountFacts | Unknown, expected: list[str], skipped: list[str]
) -> None:
    seen = TargetFacts(Comparison(8, ()), {FIRST: 1, SECOND: 2}, {})
    delegations = declared()
    facts = ZoneFacts(APEX, PARENT, seen, account)
    found = judge(delegations, delegations.zones[0], Mode.FALLBACK, facts)
    assert ids(found) == expected
    assert [one.reason for one in found.skipped[:-1]] == skipped


def test_undeclared_records_are_named() -> None:
    facts = ZoneFacts(
        APEX,
        PARENT,
        TargetFacts(Comparison(8, ()), {FIRST: 1}, {}),
        AccountFacts("the zone is ok", in_order=True, undeclared=KEYS * 7),
    )
    delegations = declared()
    [reason] = judge(delegations, delegations.zones[0], Mode.FALLBACK, facts).reasons
    named = ", ".join(["old.mesh.net.example. A"] * 5)
    assert reason.what == f"there stands what nobody declared: {named} and 2 more"


def test_secondaries_live_by_the_soa() -> None:
    soa = SOA(mname="a.", rname="b.", serial=1, refresh=14400, retry=3600, expire=1209600, minimum=60, ttl=60)
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert lives_at_least(soa, noon, noon) == 1191600
    assert lives_at_least(soa, noon, noon + timedelta(days=13)) == 1191600 - 13 * 86400
    assert lives_at_least(soa, noon, noon + timedelta(days=14)) == -18000


def test_a_ds_must_fit_every_nameserver() -> None:
    parent = ParentFacts(("192.0.2.9",), 300, frozenset({"1 13 2 aa"}))
    fits, other = frozenset({"1 13 2 aa", "1 13 4 bb"}), frozenset({"2 13 2 cc"})
    assert ids(judged(parent=parent, keys={FIRST: fits, SECOND: fits})) == []
    assert ids(judged(parent=parent, keys={FIRST: fits, SECOND: other})) == ["ds-breaks"]
    assert ids(judged(parent=parent, keys={FIRST: fits, SECOND: frozenset()})) == ["ds-breaks"]


@pytest.mark.parametrize("target", [Mode.FALLBACK, Mode.MIXED])
def test_a_stale_secondary(target: Mode) -> None:
    delegations = declared().model_copy(update={"fallback_backend": FallbackBackend.FRIEND})
    seen = TargetFacts(Comparison(8, ()), {FIRST: 1, SECOND: 2}, {})
    found = judge(delegations, delegations.zones[0], target, ZoneFacts(APEX, PARENT, seen))
    assert [reason.what for reason in found.reasons] == [f"the serials differ: 1 at {FIRST}; 2 at {SECOND}"]
    assert found.skipped[-1].reason == (
        "no secondary tells when it last had the zone confirmed; what follows from the SOA is told apart"
    )
