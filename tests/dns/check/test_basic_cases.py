"""Basic01 and Basic02 on trees made for them; Basic01 has no recording."""

from __future__ import annotations

import pytest
from dns.flags import AA
from dns.rdatatype import SOA

from ffinfra.dns.check.findings import Level
from ffinfra.dns.check.undelegated import Undelegated
from tests.dns.check.made_world import (
    NS1,
    NS2,
    ROOT,
    TLD,
    Fault,
    MadeWorld,
    flags,
    only,
    rcode,
    records,
    silence,
)

DELEGATION = f"""\
zone 60 NS ns1.zone
zone 60 NS ns2.zone
ns1.zone 60 A {NS1}
ns2.zone 60 AAAA {NS2}
"""
ASKED = {"IPV4_ENABLED", "IPV6_ENABLED"}
"""Told of the servers that are asked: the first has an IPv4 address, the second an IPv6 one."""


def test_a_delegated_zone_is_found() -> None:
    assert MadeWorld().told("basic01") == [
        ("B01_PARENT_FOUND", {"domain": "test", "ns_list": f"ns.test/{TLD}"}),
        ("B01_CHILD_FOUND", {"domain": "zone.test"}),
    ]


def test_the_root_has_no_parent() -> None:
    assert MadeWorld().told("basic01", ".") == [
        ("B01_CHILD_FOUND", {"domain": "."}),
        ("B01_ROOT_HAS_NO_PARENT", {}),
    ]


def test_a_planned_delegation_needs_no_parent() -> None:
    planned = Undelegated.parse([f"ns1.zone.test/{NS1}"])
    assert MadeWorld().check("basic01", undelegated=planned).tags == {
        "B01_CHILD_FOUND",
        "B01_PARENT_DISREGARDED",
    }


@pytest.mark.parametrize(
    ("records_in_parent", "tags"),
    [
        ("", {"B01_PARENT_FOUND", "B01_NO_CHILD"}),
        ("zone 60 A 192.0.2.9\n", {"B01_PARENT_FOUND", "B01_NO_CHILD"}),
        ("below.zone 60 A 192.0.2.9\n", {"B01_PARENT_FOUND", "B01_NO_CHILD"}),
        ("zone 60 CNAME other\n", {"B01_PARENT_FOUND", "B01_NO_CHILD"}),
        ("zone 60 DNAME other\n", {"B01_PARENT_FOUND", "B01_NO_CHILD", "B01_CHILD_IS_ALIAS"}),
    ],
    ids=["no such name", "plain name", "empty name", "alias", "redirected subtree"],
)
def test_what_is_no_zone_is_told(records_in_parent: str, tags: set[str]) -> None:
    world = MadeWorld().change(DELEGATION, records_in_parent, TLD)
    assert world.check("basic01").tags == tags


def test_the_parent_may_serve_the_child_itself() -> None:
    world = MadeWorld()
    world.zones[TLD]["zone.test."] = world.zones[NS1]["zone.test."]
    assert world.tags("basic01") == ["B01_CHILD_FOUND", "B01_PARENT_FOUND"]


def test_a_parent_two_labels_up_is_found() -> None:
    world = MadeWorld().change("ns1.zone", "ns1.a.zone", TLD).change("ns2.zone", "ns2.a.zone", TLD)
    world.change("zone 60 NS ns1", "a.zone 60 NS ns1", TLD).change("zone 60 NS ns2", "a.zone 60 NS ns2", TLD)
    assert world.told("basic01", "a.zone.test") == [
        ("B01_PARENT_FOUND", {"domain": "test", "ns_list": f"ns.test/{TLD}"}),
        ("B01_CHILD_FOUND", {"domain": "a.zone.test"}),
    ]


def test_servers_of_the_parent_that_disagree_are_named() -> None:
    other = "192.0.2.3"
    world = MadeWorld().change("@ 60 NS ns\n", f"@ 60 NS ns\n@ 60 NS nsb\nnsb 60 A {other}\n", TLD)
    world.zones[other] = {"test.": world.zones[TLD]["test."].replace(DELEGATION, "")}
    report = world.check("basic01")
    assert only(report, ["B01_INCONSISTENT_DELEGATION"]) == [
        {"domain_child": "zone.test", "domain_parent": "test", "ns_list": f"nsb.test/{other}"}
    ]
    assert "B01_CHILD_FOUND" in report.tags


def test_two_targets_of_an_alias_are_told() -> None:
    other = "192.0.2.3"
    world = MadeWorld().change("@ 60 NS ns\n", f"@ 60 NS ns\n@ 60 NS nsb\nnsb 60 A {other}\n", TLD)
    world.zones[other] = {"test.": world.zones[TLD]["test."].replace(DELEGATION, "zone 60 DNAME b\n")}
    world.change(DELEGATION, "zone 60 DNAME a\n", TLD)
    assert world.tags("basic01") == [
        "B01_CHILD_IS_ALIAS",
        "B01_INCONSISTENT_ALIAS",
        "B01_NO_CHILD",
        "B01_PARENT_FOUND",
    ]


@pytest.mark.parametrize("make", [silence, rcode("SERVFAIL"), records()], ids=["silent", "failing", "empty"])
def test_a_parent_that_does_not_answer_is_not_found(make: Fault) -> None:
    report = MadeWorld().fault(make, TLD).check("basic01")
    assert {"B01_SERVER_ZONE_ERROR", "B01_PARENT_NOT_FOUND", "B01_NO_CHILD"} == report.tags
    assert {"query_name": "test", "rrtype": "SOA", "ns": f"ns.test/{TLD}"} in only(
        report, ["B01_SERVER_ZONE_ERROR"]
    )


def test_a_silent_root_server_is_named() -> None:
    report = MadeWorld().fault(silence, ROOT).check("basic01")
    assert only(report, ["B01_SERVER_ZONE_ERROR"]) == [
        {"query_name": ".", "rrtype": "SOA", "ns": f"a.roots/{ROOT}"}
    ]


@pytest.mark.parametrize(
    ("make", "tag"),
    [
        (silence, "B02_NS_NO_RESPONSE"),
        (rcode("REFUSED"), "B02_UNEXPECTED_RCODE"),
        (flags(clear=AA), "B02_NS_NOT_AUTH"),
        (records(), "B02_NS_BROKEN"),
    ],
    ids=["silent", "refused", "not authoritative", "no SOA"],
)
def test_a_zone_without_a_working_server_is_told(make: Fault, tag: str) -> None:
    report = MadeWorld().fault(make, NS1, NS2, rdtype=SOA, name="zone.test").check("basic02")
    assert report.tags == ASKED | {"B02_NO_WORKING_NS", tag}


def test_one_working_server_is_enough() -> None:
    world = MadeWorld().fault(silence, NS1, rdtype=SOA, name="zone.test")
    assert world.told("basic02") == [
        ("IPV4_ENABLED", {"ns": f"ns1.zone.test/{NS1}", "rrtype": "SOA"}),
        ("IPV6_ENABLED", {"ns": f"ns2.zone.test/{NS2}", "rrtype": "SOA"}),
        ("B02_AUTH_RESPONSE_SOA", {"domain": "zone.test", "ns_list": f"ns2.zone.test/{NS2}"}),
    ]


def test_what_is_not_delegated_has_no_servers() -> None:
    world = MadeWorld().change(DELEGATION, "", TLD)
    assert world.told("basic02") == [("B02_NO_DELEGATION", {"domain": "zone.test"})]


def test_a_nameserver_name_without_address_is_told() -> None:
    world = MadeWorld().change(f"ns1.zone 60 A {NS1}\nns2.zone 60 AAAA {NS2}\n", "", TLD)
    report = world.check("basic02")
    assert report.tags == {"B02_NO_WORKING_NS", "B02_NS_NO_IP_ADDR"}
    assert only(report, ["B02_NS_NO_IP_ADDR"]) == [{"nsname": "ns1.zone.test"}, {"nsname": "ns2.zone.test"}]


def test_glue_is_used_where_the_zone_lacks_the_address() -> None:
    world = MadeWorld().change(f"ns1 60 A {NS1}\nns2 60 AAAA {NS2}\n", "", NS1, NS2)
    assert set(world.tags("basic02")) == ASKED | {"B02_AUTH_RESPONSE_SOA"}


def test_a_version_that_is_switched_off_is_told() -> None:
    report = MadeWorld().check("basic02", ipv6=False)
    assert only(report, ["IPV6_DISABLED"]) == [{"ns": f"ns2.zone.test/{NS2}", "rrtype": "SOA"}]
    assert only(report, ["IPV4_ENABLED", "IPV6_ENABLED"]) == [{"ns": f"ns1.zone.test/{NS1}", "rrtype": "SOA"}]
    assert {one.level for one in report.findings if one.tag == "IPV4_ENABLED"} == {Level.DEBUG}
    assert only(report, ["B02_AUTH_RESPONSE_SOA"])[0]["ns_list"] == f"ns1.zone.test/{NS1}"
