"""Zones of Hetzner DNS: creation, modes, protection, and what is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ffinfra.lab.clouds.hetzner.publishing import next_serial
from ffinfra.lab.clouds.nameservers.served import PrimaryServer, SecondaryZone, TransferKey
from tests.lab.clouds.bench import NOON, Bench

PRIMARY = {"name": "mesh.example", "mode": "primary", "ttl": 7200, "labels": {"owner": "noc"}}
KEY = "c2VjcmV0IGtleSBvZiBhIHRlc3Q="
SECONDARY = {
    "name": "far.example",
    "mode": "secondary",
    "primary_nameservers": [
        {"address": "192.0.2.53", "port": 5353, "tsig_algorithm": "hmac-sha256", "tsig_key": KEY},
        {"address": "2001:DB8::53"},
    ],
}


def test_a_primary_zone_is_shown_with_every_field_and_served(bench: Bench) -> None:
    status, answer = bench.hetzner("POST", "/zones", PRIMARY)
    zone = {
        "id": answer["zone"]["id"],
        "name": "mesh.example",
        "mode": "primary",
        "ttl": 7200,
        "labels": {"owner": "noc"},
        "created": "2026-03-01T12:00:00+00:00",
        "status": "ok",
        "record_count": 3,
        "registrar": "unknown",
        "protection": {"delete": False},
        "primary_nameservers": [],
        "authoritative_nameservers": {
            "assigned": ["hydrogen.ns.hetzner.example.", "oxygen.ns.hetzner.example."],
            "delegated": [],
            "delegation_last_check": None,
            "delegation_status": "unknown",
        },
    }
    assert (status, answer["zone"], answer["action"]["command"]) == (201, zone, "create_zone")
    assert [bench.hetzner("GET", f"/zones/{key}") for key in (zone["id"], "mesh.example")] == [
        (200, {"zone": zone})
    ] * 2
    assert bench.served("mesh.example") == [
        "$ORIGIN mesh.example.",
        "@ 7200 IN SOA hydrogen.ns.hetzner.example. dns.hetzner.example. 2026030100 86400 10800 3600000 3600",
        "@ 7200 IN NS hydrogen.ns.hetzner.example.",
        "@ 7200 IN NS oxygen.ns.hetzner.example.",
    ]


def test_a_secondary_zone_is_fetched_from_its_primaries(bench: Bench) -> None:
    zone = bench.made("/zones", SECONDARY, "zone")
    assert zone["primary_nameservers"] == [
        {"address": "192.0.2.53", "port": 5353, "tsig_algorithm": "hmac-sha256", "tsig_key": KEY},
        {"address": "2001:db8::53", "port": 53},
    ]
    assert (zone["status"], zone["mode"]) == ("updating", "secondary")
    key = TransferKey("far.example", "hmac-sha256", KEY)
    primaries = (PrimaryServer("192.0.2.53", 5353, key), PrimaryServer("2001:db8::53", 53, None))
    assert bench.clouds.hetzner_zones.zones == {  # type: ignore[union-attr]
        "far.example": SecondaryZone("far.example", primaries)
    }


def test_the_primaries_of_a_secondary_zone_are_changed_as_a_whole(
    play: Callable[..., Bench],
) -> None:
    bench = play(hetzner={"transfer_key_name": "transfer.mesh"})
    bench.made("/zones", SECONDARY, "zone")
    path = "/zones/far.example/actions/change_primary_nameservers"
    fresh = {"address": "192.0.2.54", "tsig_algorithm": "hmac-sha1", "tsig_key": KEY}
    assert bench.made(path, {"primary_nameservers": [fresh]}, "action")["status"] == "success"
    assert bench.hetzner("GET", "/zones/far.example")[1]["zone"]["primary_nameservers"] == [
        fresh | {"port": 53}
    ]
    expected = PrimaryServer("192.0.2.54", 53, TransferKey("transfer.mesh", "hmac-sha1", KEY))
    assert bench.clouds.hetzner_zones.zones == {  # type: ignore[union-attr]
        "far.example": SecondaryZone("far.example", (expected,))
    }


@pytest.mark.parametrize(
    ("primaries", "why"),
    [
        ([], "a secondary zone needs at least one primary"),
        ([{"address": "ns1.example"}], "'ns1.example' is no IP address"),
        (
            [{"address": "192.0.2.1", "tsig_key": KEY}],
            "192.0.2.1: tsig_key and tsig_algorithm go together",
        ),
        (
            [{"address": "192.0.2.1", "tsig_key": "###", "tsig_algorithm": "hmac-md5"}],
            "192.0.2.1: tsig_key is not in base64",
        ),
        ([{"address": "192.0.2.1"}] * 2, "a primary is given twice"),
    ],
)
def test_primaries_that_are_refused(bench: Bench, primaries: list[Any], why: str) -> None:
    status, answer = bench.hetzner("POST", "/zones", SECONDARY | {"primary_nameservers": primaries})
    fields = answer["error"]["details"]["fields"]
    assert (status, fields) == (422, [{"name": "primary_nameservers", "messages": [why]}])


def test_calls_for_the_other_mode_are_refused(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    bench.made("/zones", SECONDARY, "zone")
    calls: list[tuple[str, str, object]] = [
        ("POST", "/zones/mesh.example/actions/change_primary_nameservers", {"primary_nameservers": []}),
        ("POST", "/zones/far.example/actions/change_ttl", {"ttl": 300}),
        ("POST", "/zones/far.example/actions/import_zonefile", {"zonefile": ""}),
        ("GET", "/zones/far.example/zonefile", None),
    ]
    codes = [bench.hetzner(*call)[1]["error"]["code"] for call in calls]
    assert codes == ["incorrect_zone_mode"] * 4


@pytest.mark.parametrize(
    "name", ["Mesh.example", "mesh.example.", "example", "a..example", "münchen.example"]
)
def test_a_name_that_is_refused(bench: Bench, name: str) -> None:
    status, answer = bench.hetzner("POST", "/zones", PRIMARY | {"name": name})
    assert (status, answer["error"]["message"]) == (422, "invalid input in field 'name'")


def test_subdomains_are_refused_if_public_suffixes_are_known(play: Callable[..., Bench]) -> None:
    bench = play(hetzner={"public_suffixes": ["example"]})
    answers = [
        bench.hetzner("POST", "/zones", PRIMARY | {"name": name})[0] for name in ("a.example", "b.a.example")
    ]
    assert answers == [201, 422]


def test_the_same_zone_twice(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    status, answer = bench.hetzner("POST", "/zones", PRIMARY)
    assert (status, answer["error"]["code"], answer["error"]["details"]) == (
        409,
        "uniqueness_error",
        {"fields": [{"name": "name"}]},
    )


def test_a_protected_zone_stays_until_protection_is_lifted(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    protect = "/zones/mesh.example/actions/change_protection"
    bench.made(protect, {"delete": True}, "action")
    status, answer = bench.hetzner("DELETE", "/zones/mesh.example")
    assert (status, answer["error"]["code"], answer["error"]["message"]) == (
        423,
        "protected",
        "zone is delete protected",
    )
    bench.made(protect, {"delete": False}, "action")
    status, answer = bench.hetzner("DELETE", "/zones/mesh.example")
    assert (status, answer["action"]["status"]) == (201, "success")
    assert bench.hetzner("GET", "/zones/mesh.example")[0] == 404
    assert bench.clouds.hetzner_zones.zones == {}  # type: ignore[union-attr]


def test_the_zones_ttl_is_served_where_an_rrset_has_none(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    for name, ttl in (("a", None), ("b", 60)):
        body = {"name": name, "type": "A", "ttl": ttl, "records": [{"value": "192.0.2.1"}]}
        bench.made("/zones/mesh.example/rrsets", body, "rrset")
    bench.made("/zones/mesh.example/actions/change_ttl", {"ttl": 300}, "action")
    bench.hetzner("PUT", "/zones/mesh.example", {"labels": {}})
    assert bench.served("mesh.example")[-2:] == ["a 300 IN A 192.0.2.1", "b 60 IN A 192.0.2.1"]
    assert bench.hetzner("GET", "/zones/mesh.example")[1]["zone"]["labels"] == {}


def test_lists_filter_by_name_mode_and_label(bench: Bench) -> None:
    bench.made("/zones", PRIMARY, "zone")
    bench.made("/zones", SECONDARY, "zone")
    queries = ["", "?name=far.example", "?mode=primary", "?label_selector=owner", "?name=none.example"]
    names = [
        [zone["name"] for zone in bench.hetzner("GET", f"/zones{query}")[1]["zones"]] for query in queries
    ]
    assert names == [["mesh.example", "far.example"], ["far.example"], ["mesh.example"], ["mesh.example"], []]


def test_serials_follow_the_date_and_never_go_back() -> None:
    assert [next_serial(last, NOON) for last in (0, 2026022899, 2026030100, 2026030199, 2026030205)] == [
        2026030100,
        2026030100,
        2026030101,
        2026030200,
        2026030206,
    ]
