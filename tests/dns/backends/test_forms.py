"""The forms in which Hetzner and Cloudflare want a zone."""

from importlib import import_module
from typing import get_args

import pytest
from hcloud.zones.domain import ZoneRRSetType

from ffinfra.dns.backends import cloudflare as cloudflare_module
from ffinfra.dns.backends.cloudflare import CloudflareRecord, cloudflare_records
from ffinfra.dns.backends.hetzner import HetznerRRset, hetzner_rrsets
from ffinfra.dns.backends.limits import Backend, limits_of
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.records import Zone
from tests.dns.zones import SMALL


def zone(text: str) -> Zone:
    return read_zone_text(SMALL + text).zone


def test_hetzner_rrsets() -> None:
    found = hetzner_rrsets(zone('@ MX 10 mail\n*.w 60 TXT "a;b" "c"\nsub NS ns1.sub\n'))
    assert found == (
        HetznerRRset("@", "MX", 600, ("10 mail.mesh.example.",)),
        HetznerRRset("ns1", "A", 600, ("192.0.2.1",)),
        HetznerRRset("ns2", "A", 600, ("198.51.100.2",)),
        HetznerRRset("ns2", "AAAA", 600, ("2001:db8::2",)),
        HetznerRRset("sub", "NS", 600, ("ns1.sub.mesh.example.",)),
        HetznerRRset("*.w", "TXT", 60, ('"a;b" "c"',)),
        HetznerRRset("web", "A", 600, ("192.0.2.80",)),
        HetznerRRset("www", "CNAME", 600, ("web.mesh.example.",)),
    )


def test_hetzners_apex_ns_on_request() -> None:
    first, *others = hetzner_rrsets(zone(""), apex_ns=True)
    assert first == HetznerRRset("@", "NS", 600, ("ns1.mesh.example.", "ns2.mesh.example."))
    assert tuple(others) == hetzner_rrsets(zone(""))


def cloudflare(text: str) -> list[CloudflareRecord]:
    known = cloudflare_records(zone(""))
    return [record for record in cloudflare_records(zone(text)) if record not in known]


def test_cloudflare_leaves_out_its_own_apex() -> None:
    assert [(record.name, record.type, record.content) for record in cloudflare_records(zone(""))] == [
        ("ns1.mesh.example", "A", "192.0.2.1"),
        ("ns2.mesh.example", "A", "198.51.100.2"),
        ("ns2.mesh.example", "AAAA", "2001:db8::2"),
        ("web.mesh.example", "A", "192.0.2.80"),
        ("www.mesh.example", "CNAME", "web.mesh.example"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("@ MX 10 mail", {"content": "mail.mesh.example", "priority": 10}),
        ("x MX 0 .", {"content": ".", "priority": 0}),
        ('x TXT "v=spf1 -all"', {"content": '"v=spf1 -all"'}),
        ("sub NS ns1.sub", {"content": "ns1.sub.mesh.example"}),
        (
            "_sip._tcp SRV 5 6 5060 sip",
            {"priority": 5, "data": {"priority": 5, "weight": 6, "port": 5060, "target": "sip.mesh.example"}},
        ),
        (
            'x CAA 128 issue "ca.example; a=b"',
            {"data": {"flags": 128, "tag": "issue", "value": "ca.example; a=b"}},
        ),
        (
            'x URI 10 1 "ftp://x"',
            {"priority": 10, "data": {"weight": 1, "target": "ftp://x"}},
        ),
        ("x HTTPS 1 . alpn=h2", {"data": {"priority": 1, "target": ".", "value": 'alpn="h2"'}}),
        ("x HTTPS 0 www", {"data": {"priority": 0, "target": "www.mesh.example", "value": ""}}),
        (
            f"x DS 1 13 2 {'ab' * 32}",
            {"data": {"key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "ab" * 32}},
        ),
        (
            f"x TLSA 3 1 1 {'12' * 32}",
            {"data": {"usage": 3, "selector": 1, "matching_type": 1, "certificate": "12" * 32}},
        ),
        (f"x SSHFP 4 2 {'12' * 32}", {"data": {"algorithm": 4, "type": 2, "fingerprint": "12" * 32}}),
        (
            "x CERT PKIX 7 RSASHA256 AAAA",
            {"data": {"type": 1, "key_tag": 7, "algorithm": 8, "certificate": "AAAA"}},
        ),
        (
            'x NAPTR 1 2 "U" "E2U+sip" "!x!y!" z',
            {
                "data": {
                    "order": 1,
                    "preference": 2,
                    "flags": "U",
                    "service": "E2U+sip",
                    "regex": "!x!y!",
                    "replacement": "z.mesh.example",
                }
            },
        ),
        (
            "x LOC 52 22 23.5 S 9 43 55 E 60m",
            {
                "data": {
                    "lat_degrees": 52,
                    "lat_minutes": 22,
                    "lat_seconds": 23.5,
                    "lat_direction": "S",
                    "long_degrees": 9,
                    "long_minutes": 43,
                    "long_seconds": 55.0,
                    "long_direction": "E",
                    "altitude": 60.0,
                    "size": 1.0,
                    "precision_horz": 10000.0,
                    "precision_vert": 10.0,
                }
            },
        ),
    ],
)
def test_cloudflare_values(line: str, expected: dict[str, object]) -> None:
    (record,) = cloudflare(f"{line}\n")
    found = {"content": record.content, "priority": record.priority, "data": record.data}
    assert {key: value for key, value in found.items() if value is not None} == expected
    if record.data is not None:
        form = import_module(f"cloudflare.types.dns.{record.type.lower()}_record_param")
        assert set(record.data) <= set(form.Data.__annotations__)


def test_a_type_that_cloudflare_lacks() -> None:
    with pytest.raises(ValueError, match=r"x\.mesh\.example\. TYPE65280: Cloudflare has no type TYPE65280"):
        cloudflare_records(zone("x TYPE65280 \\# 0\n"))


def test_every_type_of_cloudflares_table_has_a_form() -> None:
    assert limits_of(Backend.CLOUDFLARE).types == frozenset(cloudflare_module._FORMS)


def test_hetzners_table_is_that_of_its_client() -> None:
    assert limits_of(Backend.HETZNER).types == frozenset(get_args(ZoneRRSetType)) - {"SOA"}
