"""What holds for every Hetzner call: token, errors, pages, selectors and actions."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
import requests

from tests.lab.clouds.bench import HETZNER_TOKEN, Bench


@pytest.mark.parametrize("authorization", [None, "", "Bearer wrong", HETZNER_TOKEN, "Bearer h"])
def test_no_call_without_the_token(bench: Bench, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = requests.get(bench.url("hetzner", "/servers"), headers=headers, timeout=5)
    assert (answer.status_code, answer.headers["content-type"], answer.json()) == (
        401,
        "application/json",
        {"error": {"code": "unauthorized", "message": "unable to authenticate", "details": {}}},
    )


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/no_such_things", (404, "not_found", "no such path: /no_such_things")),
        ("PATCH", "/servers", (405, "method_not_allowed", "PATCH is not allowed on /servers")),
        ("GET", "/servers/7", (404, "not_found", "server with ID or name '7' not found")),
        ("GET", "/servers/gate", (404, "not_found", "server with ID or name 'gate' not found")),
        ("GET", "/images/7", (404, "not_found", "image with ID or name '7' not found")),
        ("GET", "/actions/7", (404, "not_found", "action with ID or name '7' not found")),
    ],
)
def test_what_is_not_there(bench: Bench, method: str, path: str, expected: tuple[int, str, str]) -> None:
    status, answer = bench.hetzner(method, path)
    assert (status, answer["error"]["code"], answer["error"]["message"]) == expected


def test_a_wrong_body_names_every_field_and_repeats_no_value(bench: Bench) -> None:
    """The plugin crashes on invalid_input without details."""
    body = {"name": 7, "server_type": "cx23", "user_data": ["secret"], "colour": "red"}
    status, answer = bench.hetzner("POST", "/servers", body)
    assert (status, answer["error"]["code"]) == (422, "invalid_input")
    assert sorted(field["name"] for field in answer["error"]["details"]["fields"]) == [
        *("colour", "image", "name", "user_data"),
    ]
    assert "secret" not in str(answer)
    answer = requests.post(
        bench.url("hetzner", "/ssh_keys"),
        data=b"not json",
        headers={"Authorization": f"Bearer {HETZNER_TOKEN}"},
        timeout=5,
    ).json()
    assert [field["name"] for field in answer["error"]["details"]["fields"]] == ["body"]


def test_pages(bench: Bench) -> None:
    for number in range(60):
        bench.made("/placement_groups", {"name": f"g{number}", "type": "spread"}, "placement_group")
    _, answer = bench.hetzner("GET", "/placement_groups?page=2&per_page=50&sort=name:desc")
    assert answer["meta"]["pagination"] == {
        "page": 2,
        "per_page": 50,
        "previous_page": 1,
        "next_page": None,
        "last_page": 2,
        "total_entries": 60,
    }
    assert [group["name"] for group in answer["placement_groups"]][-2:] == ["g1", "g0"]
    _, first = bench.hetzner("GET", "/placement_groups")
    assert (len(first["placement_groups"]), first["meta"]["pagination"]["next_page"]) == (25, 2)
    wrong = ["per_page=51", "page=0", "page=x", "sort=size", "label_selector=%3D"]
    statuses = [bench.hetzner("GET", f"/placement_groups?{query}")[0] for query in wrong]
    assert statuses == [422] * 5


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("env=prod", ["a"]),
        ("env==prod,tier", []),
        ("env!=prod", ["b", "c"]),
        ("env in (prod, test)", ["a", "b"]),
        ("env notin (prod)", ["b", "c"]),
        ("!env", ["c"]),
        ("env,env!=test", ["a"]),
    ],
)
def test_label_selectors(bench: Bench, selector: str, names: list[str]) -> None:
    for name, labels in (("a", {"env": "prod"}), ("b", {"env": "test", "tier": "1"}), ("c", {})):
        bench.made("/firewalls", {"name": name, "labels": labels}, "firewall")
    query = quote(selector)
    _, answer = bench.hetzner("GET", f"/firewalls?label_selector={query}")
    assert [firewall["name"] for firewall in answer["firewalls"]] == names


def test_actions_are_listed_by_ids_and_by_resource(bench: Bench) -> None:
    zone = bench.made("/zones", {"name": "mesh.example", "mode": "primary"}, "zone")["id"]
    bench.made("/zones/mesh.example/actions/change_ttl", {"ttl": 60}, "action")
    _, answer = bench.hetzner("GET", "/zones/mesh.example/actions")
    actions = answer["actions"]
    assert actions[0] == {
        "id": actions[0]["id"],
        "command": "create_zone",
        "status": "success",
        "progress": 100,
        "started": "2026-03-01T12:00:00+00:00",
        "finished": "2026-03-01T12:00:00+00:00",
        "resources": [{"id": zone, "type": "zone"}],
        "error": None,
    }
    ids = [action["id"] for action in actions]
    paths = [
        f"/actions?id={ids[1]}&id={ids[0]}&id=7&page=1&sort=status&sort=id",
        "/zones/actions?status=success",
        f"/zones/{zone}/actions?status=error",
        "/servers/actions",
    ]
    listed = [[action["id"] for action in bench.hetzner("GET", path)[1]["actions"]] for path in paths]
    assert listed == [ids, ids, [], []]
    single = [f"/actions/{ids[0]}", f"/zones/actions/{ids[0]}", f"/zones/{zone}/actions/{ids[0]}"]
    assert [bench.hetzner("GET", path)[1]["action"]["id"] for path in single] == [ids[0]] * 3
    wrong = [
        "/actions",
        "/actions?id=x",
        "/actions?" + "&".join(f"id={n}" for n in range(26)),
        "/actions?id=1&status=done",
    ]
    assert [bench.hetzner("GET", path)[0] for path in wrong] == [422] * 4


def test_kept_alive_connections_do_not_wait_for_acknowledgements(bench: Bench) -> None:
    """Without TCP_NODELAY each of these calls would take 40 ms."""
    started = time.monotonic()
    for _ in range(50):
        bench.hetzner("GET", "/locations")
    assert time.monotonic() - started < 50 * 0.04
