"""Findings as sentences."""

from __future__ import annotations

import pytest
from dns.rdatatype import SOA

from ffinfra.dns.check.findings import CaseReport, Finding, Level, Skipped, ZoneReport
from ffinfra.dns.check.registry import registry
from ffinfra.dns.check.sentences import lines_of, sentence_of
from tests.dns.check.made_world import NS1, NS2, MadeWorld, rcode, silence


@pytest.mark.parametrize("case", sorted(registry()))
def test_what_a_case_says_of_several_worlds_can_be_told(case: str) -> None:
    worlds = [
        MadeWorld().fault(rcode("SERVFAIL"), NS2),
        MadeWorld().change(" h 7 ", " h 8 ", NS2).fault(silence, NS1, rdtype=SOA),
    ]
    for world in worlds:
        for finding in world.check(case).findings:
            told = sentence_of(finding)
            assert told.endswith((".", '"'))
            assert "{" not in told
            assert ";" not in told.split(":", 1)[-1]


def test_a_case_may_have_a_sentence_of_its_own() -> None:
    arguments = {"ns": "ns1.example/192.0.2.1", "domain": "example"}
    plain = Finding("zone10", "NO_RESPONSE", Level.DEBUG, arguments)
    own = Finding("nameserver01", "NO_RESPONSE", Level.DEBUG, arguments)
    assert sentence_of(plain) == "ns1.example/192.0.2.1 does not answer."
    assert sentence_of(own) == "ns1.example/192.0.2.1 does not answer about example."


def test_what_strangers_send_cannot_write_on_the_terminal() -> None:
    finding = Finding(
        "connectivity03", "ASN_INFOS_RAW", Level.DEBUG, {"ns_ip": "192.0.2.1", "data": "\x1b[2Jx"}
    )
    assert sentence_of(finding) == "The announcement data for 192.0.2.1 read: ?[2Jx"


def test_lines_put_the_worst_first_and_the_skipped_last() -> None:
    report = ZoneReport(
        zone="zone.example",
        cases=(
            CaseReport("zone08", (Finding("zone08", "MX_RECORD_IS_NOT_CNAME", Level.INFO, {}),), 0.1),
            CaseReport("connectivity03", (), 0.0, Skipped("no table of announcements (ASN) was given")),
            CaseReport("zone09", (Finding("zone09", "Z09_INCONSISTENT_MX", Level.WARNING, {}),), 0.1),
            CaseReport(
                "zone01", (Finding("zone01", "Z01_MNAME_NOT_RESOLVE", Level.NOTICE, {"nsname": "a"}),), 0.1
            ),
            CaseReport(
                "basic02", (Finding("basic02", "B02_NO_DELEGATION", Level.CRITICAL, {"domain": "b"}),), 0.1
            ),
        ),
        seconds=1.0,
        responses=3,
    )
    assert lines_of(report) == [
        "CRITICAL basic02        b is not delegated.",
        "WARNING  zone09         Some nameservers have an MX, others have none.",
        "NOTICE   zone01         The SOA MNAME a has no address.",
        "SKIPPED  connectivity03 no table of announcements (ASN) was given",
    ]
    assert report.worst is Level.CRITICAL
