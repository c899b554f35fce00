"""Zone01 to 11."""

from __future__ import annotations

import pytest
from dns.flags import AA, TC
from dns.rdatatype import MX, SOA, TXT

from ffinfra.dns.check.question import Protocol
from tests.dns.check.made_world import NS1, NS2, ROOT, TLD, Fault, MadeWorld, flags, rcode, records, silence

FIRST = f"ns1.zone.test/{NS1}"


def with_soa(values: str) -> MadeWorld:
    """A world whose zone has these SOA values: serial, refresh, retry, expire and minimum."""
    return MadeWorld().change("7 14400 3600 604800 300", values, NS1, NS2)


@pytest.mark.parametrize(
    ("case", "values", "tags"),
    [
        ("zone02", "7 14399 3600 604800 300", ["REFRESH_MINIMUM_VALUE_LOWER"]),
        ("zone02", "7 14400 3600 604800 300", ["REFRESH_MINIMUM_VALUE_OK"]),
        ("zone03", "7 14400 14400 604800 300", ["REFRESH_LOWER_THAN_RETRY"]),
        ("zone03", "7 14401 14400 604800 300", ["REFRESH_HIGHER_THAN_RETRY"]),
        ("zone04", "7 14400 3599 604800 300", ["RETRY_MINIMUM_VALUE_LOWER"]),
        ("zone04", "7 14400 3600 604800 300", ["RETRY_MINIMUM_VALUE_OK"]),
        ("zone05", "7 14400 3600 604799 300", ["EXPIRE_MINIMUM_VALUE_LOWER"]),
        ("zone05", "7 700000 3600 604800 300", ["EXPIRE_LOWER_THAN_REFRESH"]),
        ("zone05", "7 14400 3600 100 300", ["EXPIRE_LOWER_THAN_REFRESH", "EXPIRE_MINIMUM_VALUE_LOWER"]),
        ("zone05", "7 14400 3600 604800 300", ["EXPIRE_MINIMUM_VALUE_OK"]),
        ("zone06", "7 14400 3600 604800 299", ["SOA_DEFAULT_TTL_MAXIMUM_VALUE_LOWER"]),
        ("zone06", "7 14400 3600 604800 300", ["SOA_DEFAULT_TTL_MAXIMUM_VALUE_OK"]),
        ("zone06", "7 14400 3600 604800 86400", ["SOA_DEFAULT_TTL_MAXIMUM_VALUE_OK"]),
        ("zone06", "7 14400 3600 604800 86401", ["SOA_DEFAULT_TTL_MAXIMUM_VALUE_HIGHER"]),
    ],
)
def test_soa_values_are_held_against_bounds(case: str, values: str, tags: list[str]) -> None:
    assert with_soa(values).tags(case) == tags


@pytest.mark.parametrize("case", ["zone02", "zone03", "zone04", "zone05", "zone06", "zone07"])
def test_a_soa_without_authority_does_not_count(case: str) -> None:
    world = MadeWorld().fault(flags(clear=AA), NS1, NS2, rdtype=SOA, name="zone.test")
    assert world.tags(case) == ["NO_RESPONSE_SOA_QUERY"]


def test_the_next_server_is_asked_for_a_soa_with_authority() -> None:
    world = with_soa("7 1 3600 604800 300").fault(flags(clear=AA), NS1, rdtype=SOA, name="zone.test")
    world.change("7 1 3600", "7 20000 3600", NS2)
    assert world.told("zone02") == [
        ("REFRESH_MINIMUM_VALUE_OK", {"refresh": 20000, "required_refresh": 14400})
    ]


@pytest.mark.parametrize(
    ("mname", "extra", "tags"),
    [
        ("alias", "alias 60 CNAME ns1\n", ["MNAME_IS_CNAME"]),
        ("alias", "alias 60 CNAME ns.test.\n", ["MNAME_IS_CNAME"]),
        ("text", 'text 60 TXT "x"\n', ["MNAME_HAS_NO_ADDRESS", "MNAME_IS_NOT_CNAME"]),
        ("alias", "alias 60 CNAME nothing.test.\n", ["MNAME_HAS_NO_ADDRESS", "MNAME_IS_CNAME"]),
    ],
    ids=["alias inside", "alias outside", "no address", "alias of nothing"],
)
def test_zone07_judges_the_mname(mname: str, extra: str, tags: list[str]) -> None:
    world = (
        MadeWorld()
        .change("SOA ns1 ", f"SOA {mname} ", NS1, NS2)
        .change("ns1 60 A", f"{extra}ns1 60 A", NS1, NS2)
    )
    assert world.tags("zone07") == tags


@pytest.mark.parametrize(
    ("mname", "extra", "tags"),
    [
        ("localhost.", "", ["Z01_MNAME_IS_LOCALHOST"]),
        (".", "", ["Z01_MNAME_IS_DOT"]),
        ("nothing", "", ["Z01_MNAME_NOT_IN_NS_LIST", "Z01_MNAME_NOT_RESOLVE"]),
        ("ns.test.", "", ["Z01_MNAME_MISSING_SOA_RECORD", "Z01_MNAME_NOT_IN_NS_LIST"]),
        ("own", "own 60 A 127.0.0.1", ["Z01_MNAME_HAS_LOCALHOST_ADDR", "Z01_MNAME_NOT_IN_NS_LIST"]),
        ("gone", "gone 60 A 192.0.2.99", ["Z01_MNAME_NOT_IN_NS_LIST", "Z01_MNAME_NO_RESPONSE"]),
        ("root", f"root 60 A {ROOT}", ["Z01_MNAME_MISSING_SOA_RECORD", "Z01_MNAME_NOT_IN_NS_LIST"]),
    ],
)
def test_zone01_judges_the_mname(mname: str, extra: str, tags: list[str]) -> None:
    world = MadeWorld().change("SOA ns1 ", f"SOA {mname} ", NS1, NS2)
    assert world.change("mail 60 A", f"{extra}\nmail 60 A", NS1, NS2).tags("zone01") == tags


def test_zone01_tells_a_refusing_mname() -> None:
    world = MadeWorld().fault(rcode("REFUSED"), NS1, rdtype=SOA, name="zone.test")
    assert world.told("zone01") == [("Z01_MNAME_UNEXPECTED_RCODE", {"ns": FIRST, "rcode": "REFUSED"})]


@pytest.mark.parametrize(
    ("make", "tags"),
    [
        (records(), ["Z01_MNAME_MISSING_SOA_RECORD"]),
        (flags(clear=AA), ["Z01_MNAME_NOT_AUTHORITATIVE"]),
    ],
)
def test_zone01_judges_the_answer_of_the_mname(make: Fault, tags: list[str]) -> None:
    assert MadeWorld().fault(make, NS1, rdtype=SOA, name="zone.test").tags("zone01") == tags


def test_zone01_tells_a_master_that_is_behind() -> None:
    world = MadeWorld().change(" h 7 ", " h 8 ", NS2)
    assert world.told("zone01") == [
        ("Z01_MNAME_NOT_MASTER", {"ns_list": FIRST, "soaserial": 7, "soaserial_list": "7;8"})
    ]


@pytest.mark.parametrize(
    ("records_in_zone", "tags"),
    [
        ("@ 60 MX 10 mail\nmail 60 CNAME ns1\n", ["MX_RECORD_IS_CNAME"]),
        (
            "@ 60 MX 10 mail\n@ 60 MX 20 ns1\nmail 60 CNAME ns1\n",
            ["MX_RECORD_IS_CNAME", "MX_RECORD_IS_NOT_CNAME"],
        ),
        ("", []),
    ],
)
def test_zone08_judges_each_exchange(records_in_zone: str, tags: list[str]) -> None:
    world = MadeWorld().change("mail 60 A 192.0.2.25\n", "", NS1, NS2)
    assert world.change("@ 60 MX 10 mail\n", records_in_zone, NS1, NS2).tags("zone08") == tags


def test_zone08_needs_an_answer_with_authority() -> None:
    world = MadeWorld().fault(flags(clear=AA), NS1, NS2, rdtype=MX)
    assert world.tags("zone08") == ["NO_RESPONSE_MX_QUERY"]


@pytest.mark.parametrize(
    ("make", "tags"),
    [
        (silence, ["Z09_MX_DATA", "Z09_NO_RESPONSE_MX_QUERY"]),
        (rcode("SERVFAIL"), ["Z09_MX_DATA", "Z09_UNEXPECTED_RCODE_MX"]),
        (flags(clear=AA), ["Z09_MX_DATA", "Z09_NON_AUTH_MX_RESPONSE"]),
        (records(), ["Z09_INCONSISTENT_MX", "Z09_MX_DATA", "Z09_MX_FOUND", "Z09_NO_MX_FOUND"]),
        (records("zone.test MX 10 other.test."), ["Z09_INCONSISTENT_MX_DATA", "Z09_MX_DATA"]),
    ],
)
def test_zone09_tells_servers_that_differ(make: Fault, tags: list[str]) -> None:
    assert MadeWorld().fault(make, NS1, rdtype=MX).tags("zone09") == tags


def test_zone09_asks_again_over_tcp_when_truncated() -> None:
    world = MadeWorld().fault(flags(put=TC), NS1, rdtype=MX, over=Protocol.UDP)
    assert world.tags("zone09") == ["Z09_MX_DATA"]
    assert [
        question.over for address, question in world.asked if address == NS1 and question.rdtype == MX
    ] == [
        Protocol.UDP,
        Protocol.TCP,
    ]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("@ 60 MX 0 .\n", []),
        ("@ 60 MX 5 .\n", ["Z09_NULL_MX_NON_ZERO_PREF"]),
        ("@ 60 MX 0 .\n@ 60 MX 10 mail\n", ["Z09_NULL_MX_WITH_OTHER_MX"]),
        ("", ["Z09_MISSING_MAIL_TARGET"]),
    ],
)
def test_zone09_judges_the_mail_targets(text: str, tags: list[str]) -> None:
    assert MadeWorld().change("@ 60 MX 10 mail\n", text, NS1, NS2).tags("zone09") == tags


def test_zone09_expects_no_mail_at_a_top_level_domain() -> None:
    assert MadeWorld().tags("zone09", "test") == []
    world = MadeWorld().change("ns 60 A", "@ 60 MX 10 ns\nns 60 A", TLD)
    assert world.tags("zone09", "test") == ["Z09_TLD_EMAIL_DOMAIN"]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (silence, ("NO_RESPONSE", {"ns": FIRST})),
        (records(), ("NO_SOA_IN_RESPONSE", {"ns": FIRST})),
        (
            records("zone.test SOA a. b. 1 1 1 1 1", "zone.test SOA a. b. 2 1 1 1 1"),
            ("MULTIPLE_SOA", {"ns": FIRST, "count": 2}),
        ),
        (
            records("other.test SOA a. b. 1 1 1 1 1"),
            ("WRONG_SOA", {"ns": FIRST, "owner": "other.test", "name": "zone.test"}),
        ),
    ],
)
def test_zone10_counts_soa_records(make: Fault, told: tuple[str, object]) -> None:
    assert MadeWorld().fault(make, NS1, rdtype=SOA, name="zone.test").told("zone10") == [told]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ('@ 60 TXT "v=spf1 " "mx -all"\n', ["Z11_SPF_SYNTAX_OK"]),
        ('@ 60 TXT "V=SPF1 MX -ALL"\n', ["Z11_SPF_SYNTAX_OK"]),
        ('@ 60 TXT "v=spf1 mx oops"\n', ["Z11_SPF_SYNTAX_ERROR"]),
        ('@ 60 TXT "v=spf1 -all"\n@ 60 TXT "v=spf1 mx"\n', ["Z11_SPF_MULTIPLE_RECORDS"]),
        ('@ 60 TXT "v=spf10 -all"\n', ["Z11_NO_SPF_FOUND"]),
        ("", ["Z11_NO_SPF_FOUND"]),
    ],
)
def test_zone11_judges_the_policy(text: str, tags: list[str]) -> None:
    assert MadeWorld().change('@ 60 TXT "v=spf1 mx -all"\n', text, NS1, NS2).tags("zone11") == tags


def test_zone11_tells_servers_that_differ() -> None:
    world = MadeWorld().change("mx -all", "-all", NS2)
    assert world.tags("zone11") == ["Z11_DIFFERENT_SPF_POLICIES_FOUND", "Z11_INCONSISTENT_SPF_POLICIES"]


def test_zone11_needs_an_answer_with_authority() -> None:
    world = MadeWorld().fault(rcode("SERVFAIL"), NS1, rdtype=TXT).fault(flags(clear=AA), NS2, rdtype=TXT)
    assert world.tags("zone11") == ["Z11_UNABLE_TO_CHECK_FOR_SPF"]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("", "Z11_NO_SPF_NON_MAIL_DOMAIN"),
        ('@ 60 TXT "v=spf1  -all "\n', "Z11_NULL_SPF_NON_MAIL_DOMAIN"),
        ('@ 60 TXT "v=spf1 mx -all"\n', "Z11_NON_NULL_SPF_NON_MAIL_DOMAIN"),
    ],
)
def test_zone11_expects_no_mail_at_a_top_level_domain(text: str, tag: str) -> None:
    assert MadeWorld().change("ns 60 A", f"{text}ns 60 A", TLD).tags("zone11", "test") == [tag]
