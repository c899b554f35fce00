"""Which differences between a zone's sides the declarations explain."""

from __future__ import annotations

import pytest

from ffinfra.dns.check.by_design import Design, as_declared, design_of
from ffinfra.dns.check.findings import Argument, CaseReport, Finding, Level, ZoneReport
from tests.dns.delegation.samples import SERVERS, delegations

DESIGN = Design(frozenset({"a.own", "b.own"}), frozenset({"a.warm", "b.warm"}), shares_source=False)
OWN, WARM = "a.own/192.0.2.1;b.own/192.0.2.2", "a.warm/192.0.2.3;b.warm/192.0.2.4"

Said = tuple[str, Level, dict[str, Argument]]


def explained(case: str, *findings: Said, design: Design = DESIGN) -> dict[str, Level]:
    """Tag -> the level that counts."""
    told = tuple(Finding(case, tag, level, arguments) for tag, level, arguments in findings)
    report = ZoneReport("mesh.example", (CaseReport(case, told, 0.1),), 0.1, 8)
    return {one.tag: one.weight for one in as_declared(report, design).findings}


@pytest.mark.parametrize(
    ("extra", "level"),
    [("a.warm", Level.INFO), ("a.warm;b.warm", Level.INFO), ("a.warm;stranger.example", Level.NOTICE)],
)
def test_names_that_only_the_child_has(extra: str, level: Level) -> None:
    found = explained("delegation07", ("EXTRA_NAME_CHILD", Level.NOTICE, {"extra": extra}))
    assert found == {"EXTRA_NAME_CHILD": level}


def test_names_that_the_child_lacks_are_never_by_design() -> None:
    """Resolvers that believe the child would not ask them."""
    found = explained(
        "delegation07",
        ("EXTRA_NAME_PARENT", Level.ERROR, {"extra": "a.warm"}),
        ("TOTAL_NAME_MISMATCH", Level.ERROR, {"glue": "a.warm", "child": "a.own"}),
    )
    assert found == {"EXTRA_NAME_PARENT": Level.ERROR, "TOTAL_NAME_MISMATCH": Level.ERROR}


def _sets(*sets: tuple[str, str]) -> list[Said]:
    several: Said = ("MULTIPLE_NS_SET", Level.NOTICE, {"count": len(sets)})
    return [several, *(_group("NS_SET", nsname_list=names, servers=servers) for names, servers in sets)]


@pytest.mark.parametrize(
    ("sets", "level"),
    [
        ((("a.own;b.own;a.warm;b.warm", OWN), ("a.warm;b.warm", WARM)), Level.INFO),
        ((("a.own;b.own", "a.own/192.0.2.1"), ("a.own", "b.own/192.0.2.2")), Level.NOTICE),
        ((("a.own;b.own", OWN), ("a.warm;stranger.example", WARM)), Level.NOTICE),
        ((("a.own;b.own", OWN), ("a.warm", "stranger.example/192.0.2.9")), Level.NOTICE),
    ],
)
def test_ns_sets(sets: tuple[tuple[str, str], ...], level: Level) -> None:
    assert explained("consistency04", *_sets(*sets))["MULTIPLE_NS_SET"] is level


def _group(tag: str, **arguments: Argument) -> Said:
    return (tag, Level.INFO, arguments)


def _serials(*groups: str) -> list[Said]:
    return [
        *(_group("SOA_SERIAL", serial=at, ns_list=one) for at, one in enumerate(groups)),
        ("MULTIPLE_SOA_SERIALS", Level.WARNING, {"count": len(groups)}),
        ("SOA_SERIAL_VARIATION", Level.NOTICE, {"serial_min": 0, "serial_max": 1, "max_variation": 0}),
    ]


def test_a_provider_counts_its_own_serials() -> None:
    found = explained("consistency01", *_serials(OWN, WARM))
    assert set(found.values()) == {Level.INFO}


def test_own_nameservers_that_differ_are_never_by_design() -> None:
    found = explained("consistency01", *_serials("a.own/192.0.2.1", "b.own/192.0.2.2", WARM))
    assert found["MULTIPLE_SOA_SERIALS"] is Level.WARNING


def test_a_friend_has_our_serials() -> None:
    friend = Design(DESIGN.primary, DESIGN.fallback, shares_source=True)
    found = explained("consistency01", *_serials(OWN, WARM), design=friend)
    assert found["MULTIPLE_SOA_SERIALS"] is Level.WARNING


def test_a_provider_names_its_own_primary() -> None:
    found = explained(
        "consistency06",
        ("MULTIPLE_SOA_MNAMES", Level.NOTICE, {"count": 2}),
        ("SOA_MNAME", Level.INFO, {"mname": "a.own", "ns_list": OWN}),
        ("SOA_MNAME", Level.INFO, {"mname": "a.warm", "ns_list": WARM}),
    )
    assert found["MULTIPLE_SOA_MNAMES"] is Level.INFO


def test_what_counts_is_the_rest() -> None:
    told = (
        Finding("delegation07", "EXTRA_NAME_CHILD", Level.NOTICE, {"extra": "a.warm"}),
        Finding("delegation07", "EXTRA_NAME_PARENT", Level.ERROR, {"extra": "x.example"}),
    )
    report = ZoneReport("mesh.example", (CaseReport("delegation07", told[:1], 0.1),), 0.1, 8)
    marked = as_declared(report, DESIGN)
    assert (marked.worst, marked.weightiest) == (Level.NOTICE, Level.INFO)
    whole = ZoneReport("mesh.example", (CaseReport("delegation07", told, 0.1),), 0.1, 8)
    assert as_declared(whole, DESIGN).weightiest is Level.ERROR


def test_the_design_of_a_declared_zone() -> None:
    declared = delegations()
    own, fallback = ({server["name"] for server in SERVERS[side]} for side in ("own", "fallback"))
    assert design_of(declared, declared.zones[0]) == Design(frozenset(own), frozenset(fallback), False)
