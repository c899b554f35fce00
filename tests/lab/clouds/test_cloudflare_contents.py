"""One record of the Cloudflare stand-in: its shape, contents by type, and what is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.cloudflare_records import DIGEST, PLACE, RECORDS, A, made, refused, served


def test_a_record_is_shown_with_every_field_in_the_envelope(bench: Bench) -> None:
    status, answer = bench.cloudflare("POST", RECORDS, A | {"comment": "web", "settings": {}, "tags": []})
    record = {
        "id": answer["result"]["id"],
        "name": "www.musterstadt.example",
        "type": "A",
        "content": "192.0.2.7",
        "proxiable": True,
        "proxied": False,
        "ttl": 300,
        "settings": {},
        "meta": {},
        "comment": "web",
        "tags": [],
        "created_on": "2026-03-01T12:00:00.000000Z",
        "modified_on": "2026-03-01T12:00:00.000000Z",
        "comment_modified_on": "2026-03-01T12:00:00.000000Z",
    }
    assert (status, answer) == (200, {"success": True, "errors": [], "messages": [], "result": record})
    assert len(record["id"]) == 32
    assert bench.cloudflare("GET", f"{RECORDS}/{record['id']}")[1]["result"] == record
    assert served(bench) == ["www 300 IN A 192.0.2.7"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("@", "musterstadt.example"),
        ("musterstadt.example", "musterstadt.example"),
        ("WWW", "www.musterstadt.example"),
        ("www.musterstadt.example.", "www.musterstadt.example"),
        ("*.w", "*.w.musterstadt.example"),
        ("_xmpp._tcp", "_xmpp._tcp.musterstadt.example"),
    ],
)
def test_names_are_absolute_in_answers(bench: Bench, given: str, kept: str) -> None:
    assert made(bench, name=given)["name"] == kept


@pytest.mark.parametrize(
    ("given", "kept", "line"),
    [
        ({"type": "A", "content": "192.0.2.1"}, {"content": "192.0.2.1"}, "A 192.0.2.1"),
        ({"type": "AAAA", "content": "2001:DB8:0::1"}, {"content": "2001:db8::1"}, "AAAA 2001:db8::1"),
        (
            {"type": "CNAME", "content": "Other.Example."},
            {"content": "other.example"},
            "CNAME other.example.",
        ),
        (
            {"type": "MX", "content": "mail.example", "priority": 10},
            {"content": "mail.example", "priority": 10},
            "MX 10 mail.example.",
        ),
        ({"type": "NS", "content": "ns1.example"}, {"content": "ns1.example"}, "NS ns1.example."),
        ({"type": "TXT", "content": 'a "b" c'}, {"content": 'a "b" c'}, 'TXT "a \\034b\\034 c"'),
        ({"type": "TXT", "content": '"a" "b"'}, {"content": '"a" "b"'}, 'TXT "a" "b"'),
        (
            {
                "type": "CAA",
                "content": "old",
                "data": {"flags": "0", "tag": "issue", "value": "letsencrypt.org"},
            },
            {
                "content": '0 issue "letsencrypt.org"',
                "data": {"flags": 0, "tag": "issue", "value": "letsencrypt.org"},
            },
            'CAA 0 issue "letsencrypt.org"',
        ),
        (
            {"type": "SRV", "data": {"priority": 1, "weight": 5, "port": 5269, "target": "X.example."}},
            {
                "content": "5 5269 x.example",
                "data": {"priority": 1, "weight": 5, "port": 5269, "target": "x.example"},
                "priority": 1,
            },
            "SRV 1 5 5269 x.example.",
        ),
        (
            {"type": "DS", "data": DIGEST},
            {"content": f"7 13 2 {'ab' * 32}", "data": DIGEST},
            f"DS 7 13 2 {'ab' * 32}",
        ),
        (
            {"type": "HTTPS", "data": {"priority": 1, "target": ".", "value": 'alpn="h2"'}},
            {"content": '1 . alpn="h2"', "data": {"priority": 1, "target": ".", "value": 'alpn="h2"'}},
            'HTTPS 1 . alpn="h2"',
        ),
        (
            {"type": "URI", "priority": 10, "data": {"weight": 1, "target": 'ftp://x/"a"'}},
            {
                "content": r'1 "ftp://x/\"a\""',
                "data": {"weight": 1, "target": 'ftp://x/"a"'},
                "priority": 10,
            },
            r'URI 10 1 "ftp://x/\"a\""',
        ),
        (
            {"type": "LOC", "data": PLACE},
            {"content": "52 22 23.5 N 9 43 55 E 60 1 10000 10", "data": PLACE},
            "LOC 52 22 23.5 N 9 43 55 E 60 1 10000 10",
        ),
    ],
)
def test_contents_by_type(bench: Bench, given: dict[str, Any], kept: dict[str, Any], line: str) -> None:
    status, answer = bench.cloudflare("POST", RECORDS, {"name": "x", "ttl": 60} | given)
    assert status == 200, answer
    shown = {
        name: value for name, value in answer["result"].items() if name in ("content", "data", "priority")
    }
    assert (shown, served(bench)) == (kept, [f"x 60 IN {line}"])


def test_srv_priority_beside_data_can_be_left_out(play: Callable[..., Bench]) -> None:
    bench = play(cloudflare={"srv_top_level_priority": False})
    data = {"priority": 1, "weight": 5, "port": 5269, "target": "x.example"}
    assert "priority" not in made(bench, type="SRV", data=data)


def test_automatic_ttl_is_served_as_300_seconds_and_an_rrset_has_one_ttl(bench: Bench) -> None:
    made(bench, ttl=1)
    made(bench, name="two", content="192.0.2.1", ttl=600)
    made(bench, name="two", content="192.0.2.2", ttl=120)
    assert served(bench) == [
        "www 300 IN A 192.0.2.7",
        "two 120 IN A 192.0.2.1",
        "two 120 IN A 192.0.2.2",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"content": "x"}, (9005, "Content for A record must be a valid IPv4 address.")),
        ({"type": "AAAA"}, (9006, "Content for AAAA record must be a valid IPv6 address.")),
        ({"type": "CNAME"}, (9007, "Content for CNAME record is invalid.")),
        ({"type": "MX", "content": "mail.example"}, (9101, "priority is a required field.")),
        ({"content": None}, (9100, "Content for A record is required.")),
        ({"type": "CAA"}, (9101, "data is a required field for CAA.")),
        (
            {"type": "CAA", "data": {"flags": 0, "tag": "issue"}},
            (9101, "data.value is a required field of CAA: a text."),
        ),
        (
            {"type": "LOC", "data": PLACE | {"altitude": "60m"}},
            (9101, "data.altitude is a required field of LOC: a number."),
        ),
        ({"type": "WKS"}, (9002, "DNS record type WKS is invalid or not offered here.")),
        ({"name": "a..b"}, (9000, "DNS name is invalid.")),
        ({"ttl": 30}, (9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")),
        (
            {"proxied": True},
            (9041, "Proxied records are not offered here: nothing would answer for them."),
        ),
        ({"tags": ["a:b"]}, (9300, "DNS record has 1 tags, exceeding the quota of 0.")),
        (
            {"name": "@", "type": "CNAME", "content": "a.example"},
            (1004, "A CNAME record at the zone apex is not offered here."),
        ),
    ],
)
def test_a_record_that_is_refused(bench: Bench, changes: dict[str, Any], expected: tuple[int, str]) -> None:
    assert refused(bench, "POST", RECORDS, A | changes) == (400, *expected)
    assert served(bench) == []


def test_data_wins_over_an_old_content_when_a_record_is_replaced(bench: Bench) -> None:
    data = {"flags": 0, "tag": "issue", "value": "a.example"}
    record = made(bench, type="CAA", content=None, data=data)
    body = record | {"data": data | {"value": "b.example"}}
    changed = bench.cloudflare("PUT", f"{RECORDS}/{record['id']}", body)[1]["result"]
    assert (record["content"], changed["content"]) == ('0 issue "a.example"', '0 issue "b.example"')
    assert changed["data"]["value"] == "b.example"
