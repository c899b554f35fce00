"""The management API: history without secrets, and the state of both clouds."""

from __future__ import annotations

import pytest
import requests

from ffinfra.lab.clouds.redaction import redacted_body
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, PARENT_ID, Bench
from tests.lab.clouds.servers import ordered


def test_every_call_is_in_the_history(bench: Bench) -> None:
    assert bench.management("GET", "/history") == (200, {"calls": []})
    body = {"name": "mesh.example", "mode": "primary"}
    bench.hetzner("POST", "/zones", body)
    bench.hetzner("GET", "/zones?name=mesh.example&page=1")
    bench.cloudflare("GET", "/zones")
    bench.hetzner("GET", "/nowhere")
    requests.get(bench.url("hetzner", "/servers"), timeout=5)
    calls = bench.management("GET", "/history")[1]["calls"]
    for call in calls:
        assert call.pop("milliseconds") >= 0
    common: dict[str, object] = {
        "time": "2026-03-01T12:00:00.000+00:00",
        "query": [],
        "body": None,
        "fault": None,
    }
    assert calls == [
        common
        | {"number": 1, "api": "hetzner", "method": "POST", "path": "/zones", "body": body, "status": 201},
        common
        | {
            "number": 2,
            "api": "hetzner",
            "method": "GET",
            "path": "/zones",
            "query": [["name", "mesh.example"], ["page", "1"]],
            "status": 200,
        },
        common | {"number": 3, "api": "cloudflare", "method": "GET", "path": "/zones", "status": 200},
        common | {"number": 4, "api": "hetzner", "method": "GET", "path": "/nowhere", "status": 404},
        common | {"number": 5, "api": "hetzner", "method": "GET", "path": "/servers", "status": 401},
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("api=cloudflare", [2]),
        ("method=post", [1, 3]),
        ("path=/zones/*", [3]),
        ("status=404", [3]),
        ("faulty=true", [4]),
        ("faulty=false&api=hetzner", [1, 3]),
    ],
)
def test_the_history_is_filtered(bench: Bench, query: str, numbers: list[int]) -> None:
    bench.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})
    bench.cloudflare("GET", "/zones")
    bench.hetzner("POST", "/zones/7/rrsets", {"name": "x", "type": "A", "records": []})
    bench.management("POST", "/faults", {"api": "hetzner", "kind": "locked"})
    bench.hetzner("GET", "/servers")
    calls = bench.management("GET", f"/history?{query}")[1]["calls"]
    assert [call["number"] for call in calls] == numbers


def test_an_unknown_filter_is_refused_and_a_cleared_history_counts_on(bench: Bench) -> None:
    bench.hetzner("GET", "/servers")
    assert bench.management("GET", "/history?colour=red")[0] == 422
    assert bench.management("DELETE", "/history") == (200, {"forgotten": 1})
    bench.hetzner("GET", "/zones")
    assert [call["number"] for call in bench.management("GET", "/history")[1]["calls"]] == [2]


def test_no_token_and_no_secret_gets_into_the_history(bench: Bench) -> None:
    ordered(bench, user_data="#cloud-config\npassword: hunter2")
    primary = {"address": "192.0.2.53", "tsig_algorithm": "hmac-sha256", "tsig_key": "aHVudGVyMg=="}
    body = {"name": "far.example", "mode": "secondary", "primary_nameservers": [primary]}
    bench.made("/zones", body, "zone")
    bench.cloudflare("GET", "/zones?token=hunter2")
    text = requests.get(bench.url("management", "/history"), timeout=5).text
    for secret in (HETZNER_TOKEN, CLOUDFLARE_TOKEN, "hunter2", "aHVudGVyMg=="):
        assert secret not in text
    calls = bench.management("GET", "/history")[1]["calls"]
    assert calls[0]["body"]["user_data"] == "[redacted]"
    assert calls[1]["body"]["primary_nameservers"] == [primary | {"tsig_key": "[redacted]"}]
    assert calls[2]["query"] == [["token", "[redacted]"]]


def test_a_body_that_is_no_json_is_not_kept() -> None:
    kept = [redacted_body(body) for body in (b"", b"password=hunter2", b'{"a": [{"Token": "x", "b": 1}]}')]
    assert kept == [None, "[not JSON]", {"a": [{"Token": "[redacted]", "b": 1}]}]


def test_the_state_in_short(bench: Bench) -> None:
    number = ordered(bench)["id"]
    bench.made("/zones", {"name": "mesh.example", "mode": "primary"}, "zone")
    bench.cloudflare(
        "POST", f"/zones/{PARENT_ID}/dns_records", {"name": "a", "type": "A", "content": "192.0.2.1"}
    )
    assert bench.management("GET", "/state") == (
        200,
        {
            "hetzner": {
                "zones": [
                    {
                        "name": "mesh.example",
                        "mode": "primary",
                        "rrsets": 2,
                        "serial": 2026030100,
                        "served_serial": 2026030100,
                    }
                ],
                "servers": [{"id": number, "name": "supernode1", "status": "running", "type": "ccx13"}],
                "primary_ips": [
                    {"name": f"primary_ip-{number}-ipv4", "ip": "198.51.100.1", "server": number},
                    {"name": f"primary_ip-{number}-ipv6", "ip": "2001:db8:c10d::/64", "server": number},
                ],
                "networks": [],
                "firewalls": [],
                "ssh_keys": [],
                "placement_groups": [],
                "volumes": [],
                "running_actions": 0,
            },
            "cloudflare": {
                "zones": [
                    {
                        "id": PARENT_ID,
                        "name": "musterstadt.example",
                        "records": 1,
                        "serial": 1772366401,
                        "served_serial": 1772366401,
                    }
                ]
            },
        },
    )
