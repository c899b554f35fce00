"""Zones of the Cloudflare stand-in, token and paths, and the official Python client."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cloudflare
import pytest
import requests

from tests.lab.clouds.bench import ACCOUNT, CLOUDFLARE_TOKEN, PARENT_ID, Bench

NEW = {"name": "ff.example", "account": {"id": ACCOUNT}, "type": "full", "paused": False}


@pytest.fixture
def client(bench: Bench) -> Iterator[cloudflare.Cloudflare]:
    with cloudflare.Cloudflare(api_token=CLOUDFLARE_TOKEN, base_url=bench.url("cloudflare")) as client:
        yield client


def error(answer: tuple[int, dict[str, list[dict[str, object]]]]) -> tuple[int, object, object]:
    return answer[0], answer[1]["errors"][0]["code"], answer[1]["errors"][0]["message"]


def test_a_zone_is_shown_with_every_field_and_served(bench: Bench) -> None:
    status, answer = bench.cloudflare("POST", "/zones", NEW)
    zone = {
        "id": answer["result"]["id"],
        "name": "ff.example",
        "status": "pending",
        "paused": False,
        "type": "full",
        "development_mode": 0,
        "name_servers": ["ada.ns.cloudflare.example", "bob.ns.cloudflare.example"],
        "original_name_servers": None,
        "original_registrar": None,
        "original_dnshost": None,
        "created_on": "2026-03-01T12:00:00.000000Z",
        "modified_on": "2026-03-01T12:00:00.000000Z",
        "activated_on": None,
        "account": {"id": ACCOUNT, "name": "lab"},
        "owner": {"id": None, "type": "user", "email": None},
        "plan": {
            "id": "free",
            "name": "Free Website",
            "price": 0,
            "currency": "USD",
            "legacy_id": "free",
        },
        "meta": {"step": 0, "custom_certificate_quota": 0, "page_rule_quota": 3},
        "permissions": [],
    }
    assert (status, answer) == (200, {"success": True, "errors": [], "messages": [], "result": zone})
    assert bench.cloudflare("GET", f"/zones/{zone['id']}")[1]["result"] == zone
    assert bench.served("ff.example", by="cloudflare") == [
        "$ORIGIN ff.example.",
        "@ 1800 IN SOA ada.ns.cloudflare.example. dns.cloudflare.example. 1772366400 10000 2400 604800 1800",
        "@ 86400 IN NS ada.ns.cloudflare.example.",
        "@ 86400 IN NS bob.ns.cloudflare.example.",
    ]


def test_zones_from_the_start_are_active_and_hold_their_records(play: Callable[..., Bench]) -> None:
    record = {"name": "www", "type": "A", "content": "192.0.2.1", "comment": "somebody else's"}
    bench = play(cloudflare={"zones": [{"id": PARENT_ID, "name": "parent.example", "records": [record]}]})
    [zone] = bench.cloudflare("GET", "/zones?name=parent.example")[1]["result"]
    [shown] = bench.cloudflare("GET", f"/zones/{PARENT_ID}/dns_records")[1]["result"]
    assert (zone["id"], zone["status"], shown["name"], shown["comment"]) == (
        PARENT_ID,
        "active",
        "www.parent.example",
        "somebody else's",
    )
    assert bench.served("parent.example", by="cloudflare")[4:] == ["www 300 IN A 192.0.2.1"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "musterstadt.example"}, (400, 1061, "musterstadt.example already exists")),
        ({"name": "nonsense"}, (400, 1105, "nonsense is not a valid domain name")),
        ({"account": {"id": "f" * 32}}, (403, 10000, "Authentication error")),
    ],
)
def test_a_zone_that_is_refused(
    bench: Bench, changes: dict[str, object], expected: tuple[int, int, str]
) -> None:
    assert error(bench.cloudflare("POST", "/zones", NEW | changes)) == expected


def test_subdomains_are_refused_if_public_suffixes_are_known(play: Callable[..., Bench]) -> None:
    bench = play(cloudflare={"public_suffixes": ["example"]})
    answer = bench.cloudflare("POST", "/zones", NEW | {"name": "mesh.ff.example"})
    assert error(answer)[:2] == (400, 1116)


def test_lists_filter_by_name_status_and_account(bench: Bench) -> None:
    bench.cloudflare("POST", "/zones", NEW)
    queries = [
        "",
        "?name=ff.example",
        "?status=active",
        f"?account.id={ACCOUNT}&per_page=1",
        "?name=x.example",
    ]
    answers = [bench.cloudflare("GET", f"/zones{query}")[1] for query in queries]
    assert [[zone["name"] for zone in answer["result"]] for answer in answers] == [
        ["musterstadt.example", "ff.example"],
        ["ff.example"],
        ["musterstadt.example"],
        ["musterstadt.example"],
        [],
    ]
    assert answers[3]["result_info"] == {
        "page": 1,
        "per_page": 1,
        "count": 1,
        "total_count": 2,
        "total_pages": 2,
    }


def test_a_zone_is_paused_and_deleted(bench: Bench) -> None:
    zone = bench.cloudflare("POST", "/zones", NEW)[1]["result"]
    path = f"/zones/{zone['id']}"
    assert bench.cloudflare("PATCH", path, {"paused": True})[1]["result"] == zone | {"paused": True}
    assert bench.cloudflare("PATCH", path, {"type": "partial"})[0] == 400
    assert bench.cloudflare("DELETE", path)[1]["result"] == {"id": zone["id"]}
    assert error(bench.cloudflare("GET", path)) == (404, 1001, "Invalid zone identifier")
    assert "ff.example" not in bench.clouds.cloudflare_zones.zones  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (None, (400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")),
        ("Bearer wrong", (403, 9109, "Invalid access token")),
    ],
)
def test_no_call_without_the_token(
    bench: Bench, authorization: str | None, expected: tuple[int, int, str]
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = requests.get(bench.url("cloudflare", "/zones"), headers=headers, timeout=5)
    assert error((answer.status_code, answer.json())) == expected


def test_what_is_not_there(bench: Bench) -> None:
    paths = [
        "/user",
        "/zones/musterstadt.example",
        f"/zones/{PARENT_ID}/settings",
        f"/zones/{'f' * 32}/dns_records",
    ]
    codes = [error(bench.cloudflare("GET", path))[:2] for path in paths]
    assert codes == [(404, 7003), (404, 7003), (404, 7003), (404, 1001)]
    assert error(bench.cloudflare("PUT", "/zones"))[:2] == (405, 10405)


def test_the_official_client_makes_changes_lists_and_deletes(client: cloudflare.Cloudflare) -> None:
    zone = client.zones.create(name="ff.example", account={"id": ACCOUNT})
    assert zone is not None
    assert [found.id for found in client.zones.list(name="ff.example")] == [zone.id]
    www = client.dns.records.create(zone_id=zone.id, name="www", type="A", content="192.0.2.1", ttl=60)
    srv = client.dns.records.create(
        zone_id=zone.id,
        name="_x._tcp",
        type="SRV",
        ttl=1,
        data={"priority": 1, "weight": 5, "port": 5269, "target": "x.example"},
    )
    assert www is not None
    assert srv is not None
    client.dns.records.update(
        www.id, zone_id=zone.id, name="www", type="A", content="192.0.2.2", ttl=60, comment="moved"
    )
    client.dns.records.edit(www.id, zone_id=zone.id, name="www", type="A", ttl=120)
    batch = client.dns.records.batch(
        zone_id=zone.id,
        posts=[
            {"name": f"n{number}", "type": "A", "content": "192.0.2.9", "ttl": 1} for number in range(120)
        ],
    )
    assert batch is not None
    assert len(batch.posts or []) == 120
    records = list(client.dns.records.list(zone_id=zone.id))
    by_name = {record.name: record for record in records}
    moved, service = by_name["www.ff.example"], by_name["_x._tcp.ff.example"]
    assert (len(records), moved.content, moved.ttl, moved.comment) == (122, "192.0.2.2", 120, "moved")
    assert (service.content, service) == ("5 5269 x.example", srv)
    deleted = client.dns.records.delete(www.id, zone_id=zone.id)
    assert deleted is not None
    assert deleted.id == www.id
    with pytest.raises(cloudflare.NotFoundError, match="Record does not exist"):
        client.dns.records.get(www.id, zone_id=zone.id)
    client.zones.delete(zone_id=zone.id)
    assert [found.name for found in client.zones.list()] == ["musterstadt.example"]
