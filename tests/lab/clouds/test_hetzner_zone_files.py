"""Zone files: read, written, refused."""

from __future__ import annotations

import pytest

from tests.lab.clouds.bench import Bench

PRIMARY = {"name": "mesh.example", "mode": "primary", "ttl": 7200}
ZONE_FILE = """\
$ORIGIN mesh.example.
$TTL 1h
; a comment on its own is dropped
@   IN SOA hydrogen.ns.hetzner.example. noc.mesh.example. (
        2026010101 ; serial
        86400 10800 3600000 3600 )
@   10800 IN NS hydrogen.ns.hetzner.example. ; keep this
    IN 10800 NS oxygen.ns.hetzner.example.
WWW A 192.0.2.7
    TXT "a;b" "c"  ; quoted
"""


def test_a_zone_file_replaces_all_rrsets_and_can_be_written_again(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    body = {"name": "old", "type": "A", "records": [{"value": "192.0.2.1"}]}
    bench.made("/zones/mesh.example/rrsets", body, "rrset")
    bench.made("/zones/mesh.example/actions/import_zonefile", {"zonefile": ZONE_FILE}, "action")
    answer = bench.hetzner("GET", "/zones/mesh.example/zonefile")[1]
    assert answer["zonefile"].splitlines() == [
        "$ORIGIN\tmesh.example.",
        "$TTL\t3600",
        "",
        "@\tIN\tSOA\thydrogen.ns.hetzner.example. noc.mesh.example. 2026030102 86400 10800 3600000 3600",
        "@\tIN\t10800\tNS\thydrogen.ns.hetzner.example. ; keep this",
        "@\tIN\t10800\tNS\toxygen.ns.hetzner.example.",
        "www\tIN\tA\t192.0.2.7",
        'www\tIN\tTXT\t"a;b" "c" ; quoted',
    ]
    again = bench.hetzner("POST", "/zones/mesh.example/actions/import_zonefile", answer)
    assert again[0] == 201


def test_a_zone_can_be_made_with_rrsets_or_a_zone_file(bench: Bench) -> None:
    rrsets = [
        {"name": "@", "type": "NS", "ttl": 300, "records": [{"value": "ns1.example."}]},
        {"name": "www", "type": "A", "records": [{"value": "192.0.2.1"}]},
    ]
    bench.made("/zones", PRIMARY | {"rrsets": rrsets}, "zone")
    assert bench.served("mesh.example")[2:] == ["@ 300 IN NS ns1.example.", "www 7200 IN A 192.0.2.1"]
    bench.hetzner("DELETE", "/zones/mesh.example")
    bench.made("/zones", PRIMARY | {"zonefile": ZONE_FILE}, "zone")
    assert bench.served("mesh.example")[4:] == ["www 3600 IN A 192.0.2.7", 'www 3600 IN TXT "a;b" "c"']
    both = PRIMARY | {"name": "b.example", "zonefile": ZONE_FILE, "rrsets": rrsets}
    assert bench.hetzner("POST", "/zones", both)[0] == 422


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            ("$ORIGIN mesh.example.", "$ORIGIN other.example."),
            ["line 1: $ORIGIN is other.example., not mesh.example."],
        ),
        (("$TTL 1h", "$TTL 30"), ["$TTL 30 is below 60 seconds"]),
        (("3600 )", "3600"), ["line 4: a parenthesis is not closed"]),
        (("192.0.2.7", "192.0.2.x"), ["line 9: '192.0.2.x' is no A value: Text input is malformed."]),
        (("WWW A", "WWW SPF"), ["line 9: no record type 'SPF'"]),
        (("WWW A", "WWW CH A"), ["line 9: only class IN is allowed"]),
        (("WWW A", "$INCLUDE x ;"), ["line 9: $INCLUDE is not understood"]),
        (
            ("    IN 10800 NS oxygen", "    IN 60 NS other"),
            [
                "line 8: @/NS has two different TTLs",
                "the assigned nameserver oxygen.ns.hetzner.example. is not among the NS records",
            ],
        ),
    ],
)
def test_a_zone_file_that_is_refused(bench: Bench, change: tuple[str, str], why: list[str]) -> None:
    bench.made("/zones", PRIMARY, "zone")
    text = ZONE_FILE.replace(*change)
    assert text != ZONE_FILE
    status, answer = bench.hetzner("POST", "/zones/mesh.example/actions/import_zonefile", {"zonefile": text})
    assert (status, answer["error"]["details"]["fields"]) == (422, [{"name": "zonefile", "messages": why}])


def test_no_import_over_a_protected_rrset(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    bench.made("/zones/mesh.example/rrsets/@/NS/actions/change_protection", {"change": True}, "action")
    status, answer = bench.hetzner(
        "POST", "/zones/mesh.example/actions/import_zonefile", {"zonefile": ZONE_FILE}
    )
    assert (status, answer["error"]["code"]) == (423, "protected")
