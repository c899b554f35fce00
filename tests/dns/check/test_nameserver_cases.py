"""Nameserver01 to 06: recorded scenarios say little about them."""

from __future__ import annotations

import dns.message
import pytest
from dns.flags import RA
from dns.rcode import NOERROR
from dns.rdatatype import AAAA, SOA, A, RdataType

from ffinfra.dns.check.question import Edns, Protocol
from tests.dns.check.made_world import (
    NS1,
    NS2,
    Fault,
    MadeWorld,
    flags,
    no_edns,
    only,
    rcode,
    records,
    silence,
)

FIRST = f"ns1.zone.test/{NS1}"
SECOND = f"ns2.zone.test/{NS2}"
NONEXISTENT = "xn--nameservertest.iis.se"


@pytest.mark.parametrize(
    ("make", "name", "told"),
    [
        (flags(put=RA), NONEXISTENT, "IS_A_RECURSOR"),
        (rcode("NXDOMAIN"), None, "IS_A_RECURSOR"),
        (rcode("NXDOMAIN"), NONEXISTENT, "NO_RECURSOR"),
        (rcode("SERVFAIL"), None, "NO_RECURSOR"),
    ],
    ids=["RA once", "NXDOMAIN always", "NXDOMAIN once", "failing"],
)
def test_nameserver01_tells_recursors(make: Fault, name: str | None, told: str) -> None:
    world = MadeWorld()
    for nonexistent in (
        [name] if name else [f"xn--nameservertest.{x}" for x in ("iis.se", "icann.org", "ripe.net")]
    ):
        world.fault(make, NS1, name=nonexistent)
    assert world.told("nameserver01") == [(told, {"ns": FIRST}), ("NO_RECURSOR", {"ns": SECOND})]


def test_nameserver01_says_neither_when_one_question_is_not_answered() -> None:
    world = MadeWorld().fault(silence, NS1, name=NONEXISTENT)
    assert world.told("nameserver01") == [
        ("NO_RESPONSE", {"ns": FIRST, "domain": NONEXISTENT}),
        ("NO_RECURSOR", {"ns": SECOND}),
    ]


def other_version(answer: dns.message.Message) -> dns.message.Message:
    answer.use_edns(1)
    return answer


def formerr_without_edns(answer: dns.message.Message) -> dns.message.Message:
    return no_edns(records()(rcode("FORMERR")(answer)))


@pytest.mark.parametrize(
    ("make", "tag"),
    [
        (silence, "BREAKS_ON_EDNS"),
        (formerr_without_edns, "NO_EDNS_SUPPORT"),
        (no_edns, "EDNS_RESPONSE_WITHOUT_EDNS"),
        (other_version, "EDNS_VERSION_ERROR"),
        (rcode("SERVFAIL"), "NS_ERROR"),
        (records(), "NS_ERROR"),
    ],
    ids=["silent", "FORMERR", "no OPT", "version 1", "SERVFAIL", "no SOA"],
)
def test_nameserver02_tells_what_edns_breaks(make: Fault, tag: str) -> None:
    report = MadeWorld().fault(make, NS1, rdtype=SOA, edns=Edns.PLAIN).check("nameserver02")
    assert [(one.tag, one.arguments["ns"]) for one in report.findings] == [(tag, FIRST)]


def test_nameserver02_tells_silence_from_trouble_with_edns() -> None:
    world = MadeWorld().fault(silence, NS1, rdtype=SOA, name="zone.test")
    assert world.told("nameserver02") == [("NO_RESPONSE", {"ns": FIRST, "domain": "zone.test"})]


def whole_zone(answer: dns.message.Message) -> dns.message.Message:
    answer.set_rcode(NOERROR)
    return records("zone.test SOA ns1.zone.test. h.zone.test. 7 1 1 1 1", "zone.test NS ns1.zone.test.")(
        answer
    )


def test_nameserver03_tells_who_gives_the_zone_away() -> None:
    world = MadeWorld().fault(whole_zone, NS2, over=Protocol.TCP)
    assert world.told("nameserver03") == [("AXFR_FAILURE", {"ns": FIRST}), ("AXFR_AVAILABLE", {"ns": SECOND})]


@pytest.mark.parametrize(
    "make", [silence, records("zone.test NS ns1.zone.test.")], ids=["silent", "no SOA first"]
)
def test_nameserver03_takes_other_answers_for_a_refusal(make: Fault) -> None:
    assert MadeWorld().fault(make, NS1, over=Protocol.TCP).tags("nameserver03") == ["AXFR_FAILURE"]


def test_nameserver04_tells_answers_from_elsewhere() -> None:
    world = MadeWorld().answer_from(NS1, "192.0.2.99")
    assert world.told("nameserver04") == [("DIFFERENT_SOURCE_IP", {"ns": FIRST, "source": "192.0.2.99"})]


def test_nameserver04_compares_addresses_not_texts() -> None:
    world = MadeWorld().answer_from(NS2, "2001:0DB8:0:0::12")
    assert world.told("nameserver04") == [("SAME_SOURCE_IP", {"names": f"{FIRST};{SECOND}"})]


def short_aaaa(answer: dns.message.Message) -> dns.message.Message:
    """An answer whose AAAA record holds four octets."""
    wire = bytearray(no_edns(answer).to_wire())
    at = wire.rindex(bytes.fromhex("001c0001")) + 8
    wire[at : at + 2] = (4).to_bytes(2, "big")
    answer.made_octets = bytes(wire[: at + 6])  # type: ignore[attr-defined]
    return answer


@pytest.mark.parametrize(
    ("make", "rdtype", "told"),
    [
        (silence, A, ("NO_RESPONSE", {"ns": FIRST, "domain": "zone.test"})),
        (rcode("SERVFAIL"), A, ("A_UNEXPECTED_RCODE", {"ns": FIRST, "rcode": "SERVFAIL"})),
        (silence, AAAA, ("AAAA_QUERY_DROPPED", {"ns": FIRST})),
        (rcode("NOTIMP"), AAAA, ("AAAA_UNEXPECTED_RCODE", {"ns": FIRST, "rcode": "NOTIMP"})),
        (short_aaaa, AAAA, ("AAAA_BAD_RDATA", {"ns": FIRST, "length": 4})),
    ],
)
def test_nameserver05_tells_what_happens(make: Fault, rdtype: RdataType, told: tuple[str, object]) -> None:
    world = MadeWorld().fault(make, NS1, rdtype=rdtype, name="zone.test")
    found = world.told("nameserver05")
    assert found[0] == told
    well = [] if rdtype == AAAA else [("AAAA_WELL_PROCESSED", {"ns_list": SECOND})]
    assert found[1:] == well


def test_nameserver05_needs_no_aaaa_record() -> None:
    world = MadeWorld().change("@ 60 AAAA 2001:db8::80\n", "")
    assert world.told("nameserver05") == [("AAAA_WELL_PROCESSED", {"ns_list": f"{FIRST};{SECOND}"})]


def test_nameserver06_tells_names_without_address() -> None:
    world = MadeWorld().change(f"ns2 60 AAAA {NS2}\n", "", NS1, NS2)
    assert world.told("nameserver06") == [("CAN_NOT_BE_RESOLVED", {"nsname_list": "ns2.zone.test"})]


def test_nameserver06_tells_when_nothing_is_resolved() -> None:
    world = MadeWorld().fault(silence, NS1, NS2)
    assert world.told("nameserver06") == [("NO_RESOLUTION", {"names": "ns1.zone.test;ns2.zone.test"})]


@pytest.mark.parametrize(
    "case", ["nameserver01", "nameserver02", "nameserver03", "nameserver04", "nameserver05"]
)
def test_a_version_that_is_switched_off_is_told(case: str) -> None:
    report = MadeWorld().check(case, ipv4=False)
    # With IPv4 off the tree above the zone cannot be walked, so no server of the zone is known.
    assert report.findings == ()
    report = MadeWorld().check(case, ipv6=False)
    assert [one["ns"] for one in only(report, ["IPV6_DISABLED"])] == [SECOND]
