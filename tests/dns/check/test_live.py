"""Checks of zones on real servers, each with one fault."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping, Sequence

import pytest

from ffinfra.dns.check.findings import Level, ZoneReport
from ffinfra.dns.check.run import check_zone, check_zones
from ffinfra.dns.check.undelegated import Undelegated
from tests.dns.check.live_world import IPV6, NS1, NS2, RECURSOR, SILENT, Served, World, apex, world

pytestmark = pytest.mark.full

ONE = {"ns1": NS1}
BOTH = {"ns1": NS1, "ns2": NS2}
WITH_SILENT = {**BOTH, "ns3": SILENT}
WITH_RECURSOR = {"ns1": NS1, "ns2": RECURSOR}
WITH_IPV6 = {"ns1": NS1, "ns2": IPV6}

DELEGATED: Mapping[str, Mapping[str, str]] = {
    "good.test": BOTH,
    "lame.test": BOTH,
    "drift.test": BOTH,
    "differ.test": BOTH,
    "axfr.test": BOTH,
    "silent.test": WITH_SILENT,
    "recursor.test": WITH_RECURSOR,
    "versions.test": WITH_IPV6,
}
"""The servers in the delegations that are complete and unsigned."""

LOOPBACK = {"A01_LOCAL_USE_ADDR", "A01_NO_GLOBALLY_REACHABLE_ADDR"}
"""What is said of any zone here, because all addresses are loopback addresses."""

UNFOUND = {"NAMESERVER_IP_WITHOUT_REVERSE"}
"""Likewise, because the tree has no reverse zones."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The running servers with the zones."""
    zones = {zone: Served(apex(zone, named)) for zone, named in DELEGATED.items()}
    zones["differ.test"] = Served(apex("differ.test", {"ns1": NS1, "ns3": NS2}))
    first = zones | {"glueless.test": Served(apex("glueless.test", ONE))}
    first |= {zone: Served(apex(zone, ONE), signed=True) for zone in ("signed.test", "broken.test")}
    second = zones | {
        "drift.test": Served(apex("drift.test", BOTH), serial=2026010102),
        "axfr.test": Served(apex("axfr.test", BOTH), open_to_transfer=True),
    }
    del second["lame.test"]
    with world(tmp_path_factory.mktemp("world")) as built:
        built.serve(NS1, first)
        built.serve(NS2, second)
        built.recurse(RECURSOR, "recursor.test", zones["recursor.test"])
        built.keep_silent(SILENT)
        if has_ipv6():
            built.serve(IPV6, {"versions.test": zones["versions.test"]})
        for zone, named in DELEGATED.items():
            built.delegate(zone, named)
        built.delegate("glueless.test", ONE, glue=False)
        built.delegate("signed.test", ONE, ds=built.ds_of("signed.test", NS1))
        built.delegate("broken.test", ONE, ds=built.ds_of("signed.test", NS1))
        built.serve_top()
        yield built


def has_ipv6() -> bool:
    """Whether this machine has IPv6 on its loopback."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind((IPV6, 0))
    except OSError:
        return False
    return True


def check(
    servers: World, zone: str, cases: Sequence[str] | None = None, undelegated: Undelegated | None = None
) -> ZoneReport:
    async def run() -> ZoneReport:
        async with servers.transport() as transport:
            return await check_zone(
                zone,
                transport=transport,
                hints=servers.hints,
                undelegated=undelegated,
                cases=cases,
                ipv6=False,
            )

    return asyncio.run(run())


def troubles(report: ZoneReport) -> set[str]:
    """The tags from warnings up, without what loopback brings."""
    loud = {finding.tag for finding in report.findings if finding.level >= Level.WARNING}
    return loud - LOOPBACK - UNFOUND


def found(report: ZoneReport, *tags: str) -> list[tuple[str, dict[str, object]]]:
    """The findings with these tags, as plain data."""
    return [(one.tag, dict(one.arguments)) for one in report.findings if one.tag in tags]


def test_a_good_zone_has_no_trouble(servers: World) -> None:
    report = check(servers, "good.test")
    assert troubles(report) == {"DS07_NOT_SIGNED", "DS07_NOT_SIGNED_ON_SERVER"}
    assert set(report.skipped) == {"connectivity03", "connectivity04"}
    assert {"B01_CHILD_FOUND", "B02_AUTH_RESPONSE_SOA", "NAMES_MATCH", "ADDRESSES_MATCH"} <= report.tags
    assert {"EDNS0_SUPPORT", "NO_RECURSOR", "AXFR_FAILURE", "SAME_SOURCE_IP", "ONE_SOA"} <= report.tags
    assert report.not_recorded == ()


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on the loopback of this machine")
def test_both_versions_are_asked(servers: World) -> None:
    async def run() -> ZoneReport:
        async with servers.transport() as transport:
            return await check_zone("versions.test", transport=transport, hints=servers.hints)

    report = asyncio.run(run())
    assert troubles(report) == {
        "DS07_NOT_SIGNED",
        "DS07_NOT_SIGNED_ON_SERVER",
        "NOT_ENOUGH_IPV4_NS_CHILD",
        "NOT_ENOUGH_IPV4_NS_DEL",
        "NOT_ENOUGH_IPV6_NS_CHILD",
        "NOT_ENOUGH_IPV6_NS_DEL",
    }
    assert found(report, "SAME_SOURCE_IP") == [
        ("SAME_SOURCE_IP", {"names": f"ns1.versions.test/{NS1};ns2.versions.test/{IPV6}"})
    ]


def test_a_lame_server_is_named(servers: World) -> None:
    report = check(servers, "lame.test", ["basic02", "connectivity01", "delegation04"])
    lame = f"ns2.lame.test/{NS2}"
    assert found(report, "B02_AUTH_RESPONSE_SOA") == [
        ("B02_AUTH_RESPONSE_SOA", {"domain": "lame.test", "ns_list": f"ns1.lame.test/{NS1}"})
    ]
    assert found(report, "CN01_UNEXPECTED_RCODE_SOA_QUERY_UDP") == [
        ("CN01_UNEXPECTED_RCODE_SOA_QUERY_UDP", {"ns": lame, "rcode": "REFUSED"})
    ]
    assert found(report, "IS_NOT_AUTHORITATIVE") == [
        ("IS_NOT_AUTHORITATIVE", {"ns": lame, "proto": "UDP"}),
        ("IS_NOT_AUTHORITATIVE", {"ns": lame, "proto": "TCP"}),
    ]


def test_serial_drift_is_told_with_both_serials(servers: World) -> None:
    report = check(servers, "drift.test", ["consistency01"])
    assert found(report, "SOA_SERIAL", "MULTIPLE_SOA_SERIALS", "ONE_SOA_SERIAL") == [
        ("SOA_SERIAL", {"serial": 2026010101, "ns_list": f"ns1.drift.test/{NS1}"}),
        ("SOA_SERIAL", {"serial": 2026010102, "ns_list": f"ns2.drift.test/{NS2}"}),
        ("MULTIPLE_SOA_SERIALS", {"count": 2}),
    ]


def test_parent_and_child_name_other_servers(servers: World) -> None:
    report = check(servers, "differ.test", ["delegation07"])
    assert found(report, "EXTRA_NAME_PARENT", "EXTRA_NAME_CHILD", "NAMES_MATCH") == [
        ("EXTRA_NAME_PARENT", {"extra": "ns2.differ.test"}),
        ("EXTRA_NAME_CHILD", {"extra": "ns3.differ.test"}),
    ]


def test_missing_glue_leaves_the_zone_unreachable(servers: World) -> None:
    report = check(servers, "glueless.test", ["basic01", "basic02", "nameserver06"])
    assert report.tags >= {"B01_CHILD_FOUND", "B02_NO_WORKING_NS", "B02_NS_NO_IP_ADDR", "NO_RESOLUTION"}
    assert report.worst is Level.CRITICAL


def test_a_recursor_is_found(servers: World) -> None:
    report = check(servers, "recursor.test", ["nameserver01"])
    assert found(report, "IS_A_RECURSOR", "NO_RECURSOR") == [
        ("NO_RECURSOR", {"ns": f"ns1.recursor.test/{NS1}"}),
        ("IS_A_RECURSOR", {"ns": f"ns2.recursor.test/{RECURSOR}"}),
    ]


def test_an_open_transfer_is_found(servers: World) -> None:
    report = check(servers, "axfr.test", ["nameserver03"])
    assert found(report, "AXFR_AVAILABLE", "AXFR_FAILURE") == [
        ("AXFR_FAILURE", {"ns": f"ns1.axfr.test/{NS1}"}),
        ("AXFR_AVAILABLE", {"ns": f"ns2.axfr.test/{NS2}"}),
    ]


def test_a_silent_server_costs_its_time_once(servers: World) -> None:
    report = check(servers, "silent.test")
    silent = {"ns": f"ns3.silent.test/{SILENT}"}
    assert found(report, "CN01_NO_RESPONSE_UDP", "CN02_NO_RESPONSE_TCP") == [
        ("CN01_NO_RESPONSE_UDP", silent),
        ("CN02_NO_RESPONSE_TCP", silent),
    ]
    assert "B02_AUTH_RESPONSE_SOA" in report.tags
    assert 1.5 < report.seconds < 5.0


def test_several_zones_share_the_price_of_a_silent_server(servers: World) -> None:
    async def run() -> tuple[ZoneReport, ...]:
        async with servers.transport() as transport:
            return await check_zones(
                ["silent.test", "good.test", "silent.test"],
                transport=transport,
                hints=servers.hints,
                ipv6=False,
            )

    reports = asyncio.run(run())
    assert [report.zone for report in reports] == ["silent.test", "good.test", "silent.test"]
    assert reports[0].tags == reports[2].tags
    assert max(report.seconds for report in reports) < 5.0


def test_the_time_bound_leaves_skipped_cases_and_what_was_found(servers: World) -> None:
    async def run() -> ZoneReport:
        async with servers.transport() as transport:
            return await check_zone(
                "silent.test",
                transport=transport,
                hints=servers.hints,
                cases=["basic01", "connectivity02"],
                ipv6=False,
                zone_seconds=1.0,
            )

    report = asyncio.run(run())
    assert "B01_CHILD_FOUND" in report.tags
    assert report.skipped["connectivity02"].reason == "not done within the 1 s that a zone may take"
    assert report.seconds < 1.5


def test_what_knot_signs_is_valid(servers: World) -> None:
    cases = ["dnssec02", "dnssec04", "dnssec07", "dnssec08", "dnssec09", "dnssec11"]
    report = check(servers, "signed.test", cases)
    assert troubles(report) == set()
    assert {"DS07_SIGNED", "DS07_DS_FOR_SIGNED_ZONE"} <= report.tags


def test_a_ds_of_another_key_is_found(servers: World) -> None:
    report = check(servers, "broken.test", ["dnssec02", "dnssec07", "dnssec08"])
    assert report.tags >= {"DS02_NO_DNSKEY_FOR_DS", "DS02_NO_VALID_DNSKEY_FOR_ANY_DS"}
    assert {finding.tag for finding in report.findings if finding.case == "dnssec08"} == set()


def test_a_planned_delegation_is_checked_before_it_is_published(servers: World) -> None:
    planned = Undelegated.parse([f"ns1.lame.test/{NS1}", f"ns9.lame.test/{NS2}"])
    report = check(servers, "lame.test", ["basic01", "basic02", "delegation07"], planned)
    assert "B01_PARENT_DISREGARDED" in report.tags
    assert found(report, "EXTRA_NAME_PARENT") == [("EXTRA_NAME_PARENT", {"extra": "ns9.lame.test"})]


def test_a_planned_ds_is_checked_before_it_is_published(servers: World) -> None:
    ds = servers.ds_of("broken.test", NS1).replace(" ", ",", 3)
    report = check(servers, "broken.test", ["dnssec02", "dnssec11"], Undelegated.parse([], [ds]))
    assert troubles(report) == set()
    wrong = check(servers, "good.test", ["dnssec11"], Undelegated.parse([], [ds]))
    assert wrong.tags == {"DS11_DS_BUT_UNSIGNED_ZONE"}
