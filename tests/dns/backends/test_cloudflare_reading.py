"""What is written to Cloudflare is read back as the same RRset, from the API and from the engine."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.dns.backends.cloudflare import cloudflare_records
from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.backends.limits import Backend, limits_of
from ffinfra.dns.master_file import read_zone_text
from tests.dns.zones import SMALL

LINES = [
    "A 192.0.2.9",
    "AAAA 2001:db8::9",
    'CAA 128 issue "ca.example; a=b"',
    r'CAA 0 issue "a\"b\\c"',
    "CERT PKIX 7 RSASHA256 AAAA",
    "CERT 65280 7 200 AAAA",
    "CNAME web",
    "DNSKEY 257 3 13 AAAA",
    f"DS 1 13 2 {'ab' * 32}",
    "HTTPS 0 web",
    "HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1",
    "LOC 52 22 23.5 S 9 43 55.123 E -60.25m 0.2m 10000m 3m",
    "MX 10 web",
    r'NAPTR 1 2 "U" "E2U+sip" "!^.*$!sip:\\1@mesh.example!" .',
    'NAPTR 1 2 "S" "SIP+D2U" "" web',
    "NS ns1.friend.example.",
    "OPENPGPKEY AAAA",
    "PTR web",
    f"SMIMEA 3 1 1 {'12' * 32}",
    "SRV 5 6 5060 web",
    f"SSHFP 4 2 {'12' * 32}",
    'SVCB 2 web port="8443"',
    f"TLSA 3 1 1 {'12' * 32}",
    'TXT "v=spf1 -all" "semi;colon"',
    r'URI 10 1 "ftp://web.example/\"quoted\""',
]


def written(line: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of the record, and the values of its RRset."""
    zone = read_zone_text(f"{SMALL}x 300 {line}\n").zone
    (rrset,) = (one for one in zone.rrsets if one.owner == "x.mesh.example.")
    (record,) = (one for one in cloudflare_records(zone) if one.name == "x.mesh.example")
    fields = {"name": record.name, "type": record.type, "ttl": record.ttl, "content": record.content,
              "priority": record.priority, "data": record.data and dict(record.data)}  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}, rrset.values


@pytest.mark.parametrize("line", LINES)
def test_the_apis_answer(line: str) -> None:
    """Its client makes floats of all numbers."""
    record, values = written(line)
    if "data" in record:
        record |= {
            "data": {name: floats(part) for name, part in record["data"].items()},
            "content": "formatted",
        }
    assert cloudflare_rrset(record).values == values


@pytest.mark.parametrize("line", LINES)
def test_a_resources_inputs(line: str) -> None:
    record, values = written(line)
    if "data" in record:
        record["data"] = {camel(name): floats(part) for name, part in record["data"].items()}
    assert cloudflare_rrset(record).values == values


def test_every_type_is_among_them() -> None:
    assert {line.split()[0] for line in LINES} == set(limits_of(Backend.CLOUDFLARE).types or ())


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ({"type": "HTTPS", "data": {"priority": 1.0, "value": ""}}, "HTTPS without target"),
        ({"type": "URI", "data": {"weight": 1.0, "target": "x"}}, "URI without priority"),
        ({"type": "LOC", "data": {"lat_degrees": 52.0}}, "LOC without lat_minutes"),
        ({"type": "NAPTR"}, "x NAPTR has no content that is known"),
        (
            {
                "type": "SMIMEA",
                "data": {"usage": 1.5, "selector": 1, "matching_type": 0, "certificate": "12"},
            },
            r"'1\.5 1 0 12' is no value of type SMIMEA",
        ),
    ],
)
def test_what_is_not_understood_is_told(record: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        cloudflare_rrset({"name": "x", "ttl": 300, **record})


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("v=DMARC1; p=none", '"v=DMARC1; p=none"'),
        ("v=spf1 include:mail.example ~all", '"v=spf1 include:mail.example ~all"'),
        ('"v=spf1 " "-all"', '"v=spf1 " "-all"'),
        ("gr\u00fc\u00df\n", r'"gr\195\188\195\159\010"'),
        ("k" * 256, f'"{"k" * 255}" "k"'),
    ],
)
def test_a_text_without_quotation_marks_is_one(content: str, value: str) -> None:
    """The API keeps what was entered, and serves it quoted."""
    assert cloudflare_rrset({"name": "x", "type": "TXT", "ttl": 300, "content": content}).values == (value,)


@pytest.mark.parametrize(
    "record",
    [
        {"type": "TXT", "content": '"v=spf1" ; "-all"'},
        {"type": "TXT", "content": 'v="spf1"'},
        {"type": "TXT", "content": r"a\;b"},
        {"type": "A", "content": "192.0.2.1 ; 192.0.2.2"},
        {"type": "A", "content": "192.0.2.1\n"},
        {"type": "CAA", "data": {"flags": '0 issue "a" ;', "tag": "issue", "value": "b"}},
        {"type": "HTTPS", "data": {"priority": 1, "target": ".", "value": 'alpn="h2" ; port=1'}},
        {"type": "DS", "data": {"key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": f"{'ab' * 32};x"}},
    ],
)
def test_nothing_is_passed_over_as_a_comment(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"semicolon or a line end|marks or escapes|no value of type"):
        cloudflare_rrset({"name": "x", "ttl": 300, **record})


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def floats(part: object) -> object:
    return float(part) if isinstance(part, int) else part
