"""Delegation01 to 07 and Syntax04."""

from __future__ import annotations

import pytest
from dns.flags import AA
from dns.rdatatype import SOA, A

from ffinfra.dns.check.question import Protocol
from tests.dns.check.made_world import NS1, NS2, TLD, Fault, MadeWorld, flags, only, rcode, records, silence

FIRST = f"ns1.zone.test/{NS1}"
SECOND = f"ns2.zone.test/{NS2}"


def test_delegation01_counts_both_sides() -> None:
    world = MadeWorld().change("zone 60 NS ns2.zone\n", "", TLD)
    assert world.tags("delegation01") == [
        "ENOUGH_NS_CHILD",
        "NOT_ENOUGH_IPV4_NS_CHILD",
        "NOT_ENOUGH_IPV4_NS_DEL",
        "NOT_ENOUGH_IPV6_NS_CHILD",
        "NOT_ENOUGH_NS_DEL",
        "NO_IPV6_NS_DEL",
    ]


def test_delegation02_tells_shared_addresses() -> None:
    world = MadeWorld().change(f"ns2 60 AAAA {NS2}", f"ns2 60 A {NS1}", NS1, NS2)
    report = world.check("delegation02")
    assert report.tags == {"DEL_NS_SAME_IP", "CHILD_NS_SAME_IP", "SAME_IP_ADDRESS"}
    assert only(report, ["CHILD_NS_SAME_IP"]) == [
        {"nsname_list": "ns1.zone.test;ns2.zone.test", "ns_ip": NS1}
    ]


def test_delegation03_measures_the_largest_referral() -> None:
    names = [f"a-nameserver-with-quite-a-long-name-of-its-own-{number:02}" for number in range(6)]
    extra = "".join(f"zone 60 NS {name}.zone\n{name}.zone 60 A {NS1}\n" for name in names)
    world = MadeWorld().change("zone 60 NS ns1.zone\n", f"zone 60 NS ns1.zone\n{extra}", TLD)
    report = world.check("delegation03")
    assert report.tags == {"REFERRAL_SIZE_TOO_LARGE"}
    (arguments,) = only(report, ["REFERRAL_SIZE_TOO_LARGE"])
    # Header and question 12 + 259; two NS of 12 + 6, six of 12 + 52; A 16 and AAAA 28, names compressed.
    assert arguments["size"] == 271 + 2 * 18 + 6 * (12 + 52) + 16 + 28


@pytest.mark.parametrize("over", list(Protocol))
def test_delegation04_tells_answers_without_authority(over: Protocol) -> None:
    world = MadeWorld().fault(flags(clear=AA), NS1, rdtype=SOA, name="zone.test", over=over)
    assert world.told("delegation04") == [("IS_NOT_AUTHORITATIVE", {"ns": FIRST, "proto": over.value})]


def test_delegation04_leaves_silence_to_others() -> None:
    world = MadeWorld().fault(silence, NS1, rdtype=SOA, name="zone.test")
    assert world.told("delegation04") == [("ARE_AUTHORITATIVE", {"nsname_list": "ns2.zone.test"})]
    world = MadeWorld().fault(silence, rdtype=SOA, name="zone.test")
    assert world.told("delegation04") == []


def test_delegation05_tells_aliases_in_the_zone() -> None:
    world = MadeWorld().fault(
        records("ns1.zone.test CNAME x.zone.test."), NS2, rdtype=A, name="ns1.zone.test"
    )
    assert ("NS_IS_CNAME", {"nsname": "ns1.zone.test"}) in world.told("delegation05")


def test_delegation05_tells_aliases_elsewhere() -> None:
    world = MadeWorld().change("@ 60 NS ns1\n", "@ 60 NS ns1\n@ 60 NS alias.test.\n", NS1, NS2)
    world.change("ns 60 A", "alias 60 CNAME ns\nns 60 A", TLD)
    assert world.told("delegation05") == [("NS_IS_CNAME", {"nsname": "alias.test"})]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (silence, ("NO_RESPONSE", {"ns": SECOND, "query_name": "ns1.zone.test", "rrtype": "A"})),
        (
            rcode("SERVFAIL"),
            (
                "UNEXPECTED_RCODE",
                {"ns": SECOND, "query_name": "ns1.zone.test", "rrtype": "A", "rcode": "SERVFAIL"},
            ),
        ),
    ],
)
def test_delegation05_tells_servers_that_do_not_answer(make: Fault, told: tuple[str, object]) -> None:
    world = MadeWorld().fault(make, NS2, rdtype=A, name="ns1.zone.test")
    assert world.told("delegation05") == [told, ("NO_NS_CNAME", {})]


def test_delegation06_tells_a_server_without_soa() -> None:
    world = MadeWorld().fault(records(), NS1, rdtype=SOA, name="zone.test")
    assert world.told("delegation06") == [("SOA_NOT_EXISTS", {"ns": FIRST})]


@pytest.mark.parametrize("make", [silence, rcode("REFUSED")])
def test_delegation06_says_nothing_about_servers_that_fail(make: Fault) -> None:
    assert MadeWorld().fault(make, NS1, rdtype=SOA, name="zone.test").tags("delegation06") == ["SOA_EXISTS"]
    assert MadeWorld().fault(make, NS1, NS2, rdtype=SOA, name="zone.test").tags("delegation06") == []


def test_delegation07_tells_names_on_one_side_only() -> None:
    world = MadeWorld().change("@ 60 NS ns2\n", "@ 60 NS ns3\n", NS1, NS2)
    assert world.told("delegation07") == [
        ("EXTRA_NAME_PARENT", {"extra": "ns2.zone.test"}),
        ("EXTRA_NAME_CHILD", {"extra": "ns3.zone.test"}),
    ]


def test_delegation07_tells_when_nothing_is_in_common() -> None:
    world = MadeWorld().change("@ 60 NS ns1\n@ 60 NS ns2\n", "@ 60 NS ns3\n", NS1, NS2)
    world.change("ns1 60 A", f"ns3 60 A {NS1}\nns1 60 A", NS1, NS2)
    assert world.tags("delegation07") == ["EXTRA_NAME_CHILD", "EXTRA_NAME_PARENT", "TOTAL_NAME_MISMATCH"]


def test_delegation07_does_not_mind_upper_case() -> None:
    assert MadeWorld().change("@ 60 NS ns1\n", "@ 60 NS NS1\n", NS1, NS2).tags("delegation07") == [
        "NAMES_MATCH"
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a_b", ("NAMESERVER_NON_ALLOWED_CHARS", {"domain": "a_b.zone.test"})),
        ("ab--c", ("NAMESERVER_DISCOURAGED_DOUBLE_DASH", {"label": "ab--c", "domain": "ab--c.zone.test"})),
        ("xn--caf-dma", ("NAMESERVER_SYNTAX_OK", {"domain": "xn--caf-dma.zone.test"})),
        ("ns.65.", ("NAMESERVER_NUMERIC_TLD", {"domain": "ns.65", "tld": "65"})),
    ],
)
def test_syntax04_judges_each_name(name: str, told: tuple[str, object]) -> None:
    world = MadeWorld().change("@ 60 NS ns2\n", f"@ 60 NS {name}\n", NS1, NS2)
    assert told in world.told("syntax04")
