"""Syntax01 to 08, as far as they are there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.dns.check.made_world import NS1, NS2, MadeWorld, silence

Told = list[tuple[str, Mapping[str, str]]]


@pytest.mark.parametrize(
    ("case", "zone", "told"),
    [
        ("syntax01", "zone.test", [("ONLY_ALLOWED_CHARS", {"domain": "zone.test"})]),
        ("syntax01", "a_b.test", [("NON_ALLOWED_CHARS", {"domain": "a_b.test"})]),
        ("syntax02", "zone.test", [("NO_ENDING_HYPHENS", {"domain": "zone.test"})]),
        (
            "syntax02",
            "-a-.test",
            [
                ("INITIAL_HYPHEN", {"label": "-a-", "domain": "-a-.test"}),
                ("TERMINAL_HYPHEN", {"label": "-a-", "domain": "-a-.test"}),
            ],
        ),
        ("syntax03", "xn--caf-dma.test", [("NO_DOUBLE_DASH", {"domain": "xn--caf-dma.test"})]),
        ("syntax03", "ab--c.test", [("DISCOURAGED_DOUBLE_DASH", {"label": "ab--c", "domain": "ab--c.test"})]),
    ],
)
def test_the_name_of_the_zone_is_judged(case: str, zone: str, told: Told) -> None:
    world = MadeWorld()
    assert world.told(case, zone) == told
    assert world.asked == []


@pytest.mark.parametrize(
    ("case", "change", "told"),
    [
        ("syntax05", ("SOA ns1 h ", "SOA ns1 h "), [("RNAME_NO_AT_SIGN", {"rname": "h.zone.test"})]),
        (
            "syntax05",
            ("SOA ns1 h ", "SOA ns1 h@x "),
            [("RNAME_MISUSED_AT_SIGN", {"rname": "h\\@x.zone.test"})],
        ),
        ("syntax07", ("SOA ns1 ", "SOA ns1 "), [("MNAME_SYNTAX_OK", {"domain": "ns1.zone.test"})]),
        ("syntax07", ("SOA ns1 ", "SOA a_b "), [("MNAME_NON_ALLOWED_CHARS", {"domain": "a_b.zone.test"})]),
        ("syntax08", ("MX 10 mail", "MX 10 mail"), [("MX_SYNTAX_OK", {"domain": "mail.zone.test"})]),
        ("syntax08", ("MX 10 mail", "MX 10 m.5."), [("MX_NUMERIC_TLD", {"domain": "m.5", "tld": "5"})]),
    ],
)
def test_names_in_records_are_judged(case: str, change: tuple[str, str], told: Told) -> None:
    assert MadeWorld().change(*change, NS1, NS2).told(case) == told


@pytest.mark.parametrize(
    ("case", "tag"),
    [
        ("syntax05", "NO_RESPONSE_SOA_QUERY"),
        ("syntax07", "NO_RESPONSE_SOA_QUERY"),
        ("syntax08", "NO_RESPONSE_MX_QUERY"),
    ],
)
def test_silence_is_told(case: str, tag: str) -> None:
    assert MadeWorld().fault(silence, NS1, NS2, name="zone.test").tags(case) == [tag]
