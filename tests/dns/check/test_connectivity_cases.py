"""Connectivity01 to 04 and Address01 and 02."""

from __future__ import annotations

import asyncio

import pytest
from dns.flags import AA
from dns.rdatatype import NS, SOA, RdataType

from ffinfra.dns.check.asn import AsnTable
from ffinfra.dns.check.naming import Nameserver, absolute
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.run import check_zone
from ffinfra.dns.check.special_addresses import Use, use_of
from tests.dns.check.made_world import NS1, NS2, ROOT, TLD, Fault, MadeWorld, flags, rcode, records, silence

FIRST = {"ns": f"ns1.zone.test/{NS1}"}
OTHER_OWNER = {"domain_found": "other.test", "domain_expected": "zone.test"}


@pytest.mark.parametrize(
    ("over", "case", "prefix"),
    [(Protocol.UDP, "connectivity01", "CN01"), (Protocol.TCP, "connectivity02", "CN02")],
)
@pytest.mark.parametrize(
    ("make", "rdtype", "part", "arguments"),
    [
        (silence, None, "NO_RESPONSE", {}),
        (silence, SOA, "NO_RESPONSE_SOA_QUERY", {}),
        (silence, NS, "NO_RESPONSE_NS_QUERY", {}),
        (rcode("REFUSED"), SOA, "UNEXPECTED_RCODE_SOA_QUERY", {"rcode": "REFUSED"}),
        (rcode("SERVFAIL"), NS, "UNEXPECTED_RCODE_NS_QUERY", {"rcode": "SERVFAIL"}),
        (records(), SOA, "MISSING_SOA_RECORD", {}),
        (records(), NS, "MISSING_NS_RECORD", {}),
        (records("other.test SOA a.test. b.test. 1 1 1 1 1"), SOA, "WRONG_SOA_RECORD", OTHER_OWNER),
        (records("other.test NS a.test."), NS, "WRONG_NS_RECORD", OTHER_OWNER),
        (flags(clear=AA), SOA, "SOA_RECORD_NOT_AA", {}),
        (flags(clear=AA), NS, "NS_RECORD_NOT_AA", {}),
    ],
)
def test_each_fault_over_each_protocol_is_told(
    make: Fault,
    rdtype: RdataType | None,
    part: str,
    arguments: dict[str, str],
    over: Protocol,
    case: str,
    prefix: str,
) -> None:
    world = MadeWorld()
    for kind in [rdtype] if rdtype else [SOA, NS]:
        world.fault(make, NS1, rdtype=kind, name="zone.test", over=over)
    assert world.told(case) == [(f"{prefix}_{part}_{over.value}", FIRST | arguments)]


def test_connectivity01_tells_versions_switched_off() -> None:
    report = MadeWorld().check("connectivity01", ipv6=False)
    assert [(one.tag, dict(one.arguments)) for one in report.findings] == [
        ("CN01_IPV6_DISABLED", {"ns_list": f"ns2.zone.test/{NS2}"}),
        ("IPV6_DISABLED", {"ns": f"ns2.zone.test/{NS2}", "rrtype": "SOA"}),
        ("IPV6_DISABLED", {"ns": f"ns2.zone.test/{NS2}", "rrtype": "NS"}),
    ]


def with_table(case: str, table: str, more: str = "") -> set[str]:
    world = MadeWorld().change("ns1 60 A", f"{more}ns1 60 A", NS1, NS2)
    report = asyncio.run(
        check_zone(
            "zone.test",
            transport=world,
            hints=[Nameserver(absolute("a.roots"), ROOT)],
            asn_table=AsnTable.parse(table, "table"),
            cases=[case],
        )
    )
    return {tag for tag in report.tags if "ASN_INFOS" not in tag}


def test_without_a_table_the_announcements_are_skipped() -> None:
    for case in ("connectivity03", "connectivity04"):
        report = MadeWorld().check(case)
        assert report.findings == ()
        assert report.skipped[case].reason == "no table of announcements (ASN) was given"


@pytest.mark.parametrize(
    ("table", "tags"),
    [
        ("192.0.2.0/24 64496\n2001:db8::/32 64496", {"IPV4_ONE_ASN", "IPV6_ONE_ASN"}),
        ("192.0.2.0/24 64496,64497", {"IPV4_SAME_ASN", "EMPTY_ASN_SET"}),
        (
            "192.0.2.0/24 64496\n192.0.2.12/32 64497\n2001:db8::/32 64496",
            {"IPV4_DIFFERENT_ASN", "IPV6_ONE_ASN"},
        ),
        ("", {"EMPTY_ASN_SET"}),
    ],
)
def test_connectivity03_judges_by_autonomous_system(table: str, tags: set[str]) -> None:
    assert with_table("connectivity03", table, "ns1 60 A 192.0.2.12\n") == tags


@pytest.mark.parametrize(
    ("table", "tags"),
    [
        (
            "192.0.2.0/24 64496\n2001:db8::/32 64496",
            {
                "CN04_IPV4_SAME_PREFIX",
                "CN04_IPV4_SINGLE_PREFIX",
                "CN04_IPV6_DIFFERENT_PREFIX",
                "CN04_IPV6_SINGLE_PREFIX",
            },
        ),
        ("192.0.2.0/24 64496\n192.0.2.12/32 64496", {"CN04_IPV4_DIFFERENT_PREFIX", "CN04_EMPTY_PREFIX_SET"}),
        ("", {"CN04_EMPTY_PREFIX_SET"}),
    ],
)
def test_connectivity04_judges_by_prefix(table: str, tags: set[str]) -> None:
    assert with_table("connectivity04", table, "ns1 60 A 192.0.2.12\n") == tags


@pytest.mark.parametrize(
    ("address", "use"),
    [
        ("192.0.2.1", Use.DOCUMENTATION),
        ("3fff::1", Use.DOCUMENTATION),
        ("127.0.0.1", Use.LOCAL),
        ("100.127.255.255", Use.LOCAL),
        ("fe80::1", Use.LOCAL),
        ("240.0.0.1", Use.OTHER_SPECIAL),
        ("2001::1", Use.OTHER_SPECIAL),
        ("2002:c000:201::1", Use.OTHER_SPECIAL),
        ("9.9.9.9", Use.GLOBAL),
        ("2620:fe::fe", Use.GLOBAL),
    ],
)
def test_addresses_are_sorted_by_use(address: str, use: Use) -> None:
    assert use_of(address) is use


REVERSE = f"""\
$ORIGIN arpa.
@ 60 SOA a.roots. h.roots. 1 1 1 1 1
@ 60 NS ns.test.
11.2.0.192.in-addr 60 CNAME 11.0/25.2.0.192.in-addr
11.0/25.2.0.192.in-addr 60 PTR ns1.zone.test.
{"2.1.0.0." + "0." * 20 + "8.b.d.0.1.0.0.2"}.ip6 60 PTR ns2.zone.test.
"""


def with_reverse(text: str) -> MadeWorld:
    world = MadeWorld().change("test. 60 NS ns.test.\n", "test. 60 NS ns.test.\narpa. 60 NS ns.test.\n", ROOT)
    world.zones[TLD]["arpa."] = text
    return world


def test_address02_follows_classless_delegations() -> None:
    assert with_reverse(REVERSE).told("address02") == [("NAMESERVERS_IP_WITH_REVERSE", {})]


def test_address02_tells_addresses_without_ptr() -> None:
    text = REVERSE.replace(".ip6 60 PTR ns2.zone.test.", ".ip6 60 A 192.0.2.1")
    assert with_reverse(text).told("address02") == [
        ("NAMESERVER_IP_WITHOUT_REVERSE", {"nsname": "ns2.zone.test", "ns_ip": NS2})
    ]


def test_address02_tells_lookups_that_fail() -> None:
    world = with_reverse(REVERSE).fault(silence, TLD, name="11.2.0.192.in-addr.arpa")
    assert world.told("address02") == [("NO_RESPONSE_PTR_QUERY", {"domain": "11.2.0.192.in-addr.arpa"})]
