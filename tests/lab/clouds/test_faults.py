"""Faults: seeded and scripted, and the history in which they show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cloudflare
import hcloud
import pytest
import requests
from hcloud.zones import ZoneRecord

from ffinfra.lab.clouds.faults.kinds import Api, FaultKind, FaultRule, FaultSettings, Profile
from ffinfra.lab.clouds.faults.plan import FaultPlan
from ffinfra.lab.clouds.faults.profiles import rules_of
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, PARENT_ID, Bench

ALWAYS = FaultSettings(
    rules=(FaultRule(api=Api.HETZNER, kind=FaultKind.CONFLICT, probability=1, most_per_path=2),)
)
HALF = FaultSettings(seed=7, rules=(FaultRule(api=Api.HETZNER, kind=FaultKind.BAD_GATEWAY, probability=0.5),))


def met(plan: FaultPlan, path: str, times: int) -> list[str]:
    """What so many calls of a path meet."""
    found = [plan.next(Api.HETZNER, "GET", path) for _ in range(times)]
    return [kind.value if isinstance(kind, FaultKind) else "-" for kind in found]


def raw(bench: Bench, api: str, path: str) -> tuple[int, str | None, bytes]:
    """Status, Retry-After and body of a GET."""
    token = HETZNER_TOKEN if api == "hetzner" else CLOUDFLARE_TOKEN
    answer = requests.get(bench.url(api, path), headers={"Authorization": f"Bearer {token}"}, timeout=5)
    return answer.status_code, answer.headers.get("Retry-After"), answer.content


def test_a_rule_strikes_each_path_at_most_so_often() -> None:
    plan = FaultPlan(ALWAYS)
    assert met(plan, "/servers", 4) == ["conflict", "conflict", "-", "-"]
    assert met(plan, "/zones", 3) == ["conflict", "conflict", "-"]


def test_faults_of_actions_strike_only_calls_that_may_start_one() -> None:
    rule = FaultRule(api=Api.HETZNER, kind=FaultKind.SLOW_ACTION, probability=1)
    plan = FaultPlan(FaultSettings(rules=(rule,)))
    found = [plan.next(Api.HETZNER, method, "/zones/7") for method in ("GET", "PUT", "POST", "DELETE")]
    assert found == [None, None, FaultKind.SLOW_ACTION, FaultKind.SLOW_ACTION]


def test_the_same_seed_gives_the_same_faults_however_paths_interleave() -> None:
    alone, mixed = FaultPlan(HALF), FaultPlan(HALF)
    expected = met(alone, "/servers", 20)
    interleaved = []
    for _ in range(20):
        met(mixed, "/zones", 3)
        interleaved += met(mixed, "/servers", 1)
    assert interleaved == expected
    assert met(FaultPlan(HALF.model_copy(update={"seed": 8})), "/servers", 20) != expected
    assert {"bad_gateway", "-"} == set(expected)


def test_mild_holds_only_what_the_plugins_retry_and_less_than_they_try() -> None:
    """hcloud: conflict, rate_limit_exceeded, 502, 504, five times; cloudflare: 409, 429, 5xx, twice."""
    rules = rules_of(FaultSettings(profile=Profile.MILD))
    retried = {
        Api.HETZNER: {
            FaultKind.RATE_LIMITED,
            FaultKind.CONFLICT,
            FaultKind.BAD_GATEWAY,
            FaultKind.SLOW_ACTION,
        },
        Api.CLOUDFLARE: {FaultKind.RATE_LIMITED, FaultKind.UNAVAILABLE},
    }
    assert {api: {rule.kind for rule in rules if rule.api is api} for api in Api} == retried
    refusing = [rule for rule in rules if rule.kind is not FaultKind.SLOW_ACTION]
    most = {api: sum(rule.most_per_path or 99 for rule in refusing if rule.api is api) for api in Api}
    assert most == {Api.HETZNER: 4, Api.CLOUDFLARE: 2}
    assert rules_of(FaultSettings(profile=Profile.OFF)) == ()
    assert {rule.kind for rule in rules_of(FaultSettings(profile=Profile.HARSH))} >= {
        *(FaultKind.LOCKED, FaultKind.LOST_ANSWER, FaultKind.FAILING_ACTION, FaultKind.SERVER_ERROR),
    }


@pytest.mark.parametrize(
    ("kind", "hetzner", "cloudflare"),
    [
        ("rate_limited", (429, "3", b"rate_limit_exceeded"), (429, "3", b"971")),
        ("conflict", (409, None, b"conflict"), (409, None, b"1000")),
        ("locked", (423, None, b"locked"), (423, None, b"1000")),
        ("server_error", (500, None, b"server_error"), (500, None, b"1002")),
        ("unavailable", (503, None, b"unavailable"), (503, None, b"")),
        ("bad_gateway", (502, None, b""), (502, None, b"")),
        ("gateway_timeout", (504, None, b""), (504, None, b"")),
    ],
)
def test_the_answer_of_each_kind(
    play: Callable[..., Bench],
    kind: str,
    hetzner: tuple[int, str | None, bytes],
    cloudflare: tuple[int, str | None, bytes],
) -> None:
    bench = play(faults={"retry_after_seconds": 3})
    for api, path, expected in (("hetzner", "/servers", hetzner), ("cloudflare", "/zones", cloudflare)):
        bench.management("POST", "/faults", {"api": api, "kind": kind})
        status, wait, body = raw(bench, api, path)
        assert (status, wait) == expected[:2]
        assert expected[2] in body
        assert bool(body) is bool(expected[2])
        assert raw(bench, api, path)[0] == 200


def test_a_seeded_fault_is_retried_by_the_official_client(
    play: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("hcloud._client.time.sleep", waits.append)
    rules = [
        {"api": "hetzner", "kind": "rate_limited", "probability": 1, "most_per_path": 2},
        {"api": "hetzner", "kind": "bad_gateway", "probability": 1, "most_per_path": 1},
    ]
    bench = play(faults={"rules": rules})
    client = hcloud.Client(token=HETZNER_TOKEN, api_endpoint=bench.url("hetzner"))
    zone = client.zones.create(name="mesh.example", mode="primary").zone
    assert (zone.name, len(waits)) == ("mesh.example", 3)
    _, answer = bench.management("GET", "/history")
    assert [(call["status"], call["fault"]) for call in answer["calls"]] == [
        (429, "rate_limited"),
        (429, "rate_limited"),
        (502, "bad_gateway"),
        (201, None),
    ]


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everything_succeeds_in_the_end_under_mild_faults(
    play: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    bench = play(faults={"profile": "mild", "seed": seed})
    zone = hcloud.Client(token=HETZNER_TOKEN, api_endpoint=bench.url("hetzner")).zones.create(
        name="mesh.example", mode="primary"
    )
    for number in range(100):
        made = zone.zone.create_rrset(name=f"n{number}", type="A", records=[ZoneRecord("192.0.2.1")])
        made.action.wait_until_finished(max_retries=100_000)
    with cloudflare.Cloudflare(api_token=CLOUDFLARE_TOKEN, base_url=bench.url("cloudflare")) as client:
        for number in range(100):
            client.dns.records.create(
                zone_id=PARENT_ID, name=f"n{number}", type="A", content="192.0.2.1", ttl=60
            )
    faults = [call["fault"] for call in bench.management("GET", "/history?faulty=true")[1]["calls"]]
    assert len(faults) >= 3
    assert len(bench.served("mesh.example")) == 104
    assert len(bench.served("musterstadt.example", by="cloudflare")) == 104


def test_scripted_faults_are_used_up_in_order(bench: Bench) -> None:
    explicit = {"status": 418, "body": {"tea": True}, "headers": {"X-Pot": "full"}}
    orders: list[dict[str, Any]] = [
        {"api": "hetzner", "method": "GET", "path": "/zones/*", "times": 2, "kind": "locked"},
        {"api": "hetzner", "path": "/zones/mesh.example", "answer": explicit},
    ]
    made = [bench.management("POST", "/faults", order) for order in orders]
    assert made == [
        (201, {"id": 1, "left": 2, "times": 2} | orders[0]),
        (201, {"id": 2, "left": 1, "times": 1, "method": "*"} | orders[1]),
    ]
    statuses = [bench.hetzner("GET", "/zones")[0]]
    statuses += [bench.hetzner("GET", "/zones/mesh.example")[0] for _ in range(4)]
    assert statuses == [200, 423, 423, 418, 404]
    assert bench.management("GET", "/faults")[1]["scripted"] == []
    bench.management("POST", "/faults", orders[0])
    assert len(bench.management("GET", "/faults")[1]["scripted"]) == 1
    assert bench.management("DELETE", "/faults") == (204, None)
    assert bench.hetzner("GET", "/zones/mesh.example")[0] == 404


@pytest.mark.parametrize(
    "order",
    [
        {"api": "hetzner"},
        {"api": "hetzner", "kind": "locked", "answer": {"status": 500}},
        {"api": "azure", "kind": "locked"},
        {"api": "hetzner", "kind": "locked", "times": 0},
        {"api": "hetzner", "kind": "locked", "count": 1},
    ],
)
def test_an_order_that_is_refused(bench: Bench, order: object) -> None:
    status, answer = bench.management("POST", "/faults", order)
    assert (status, len(answer["wrong"])) == (422, 1)


def test_a_lost_answer_did_its_work(bench: Bench) -> None:
    """A repeated POST then meets the object of the first."""
    bench.management("POST", "/faults", {"api": "hetzner", "method": "POST", "kind": "lost_answer"})
    body = {"name": "mesh.example", "mode": "primary"}
    assert [bench.hetzner("POST", "/zones", body)[0] for _ in range(2)] == [504, 409]
    record = {"name": "www", "type": "A", "content": "192.0.2.1"}
    bench.management("POST", "/faults", {"api": "cloudflare", "method": "POST", "kind": "lost_answer"})
    path = f"/zones/{PARENT_ID}/dns_records"
    assert [bench.cloudflare("POST", path, record)[0] for _ in range(2)] == [504, 400]


def test_a_slow_action_stays_running(play: Callable[..., Bench]) -> None:
    bench = play(hetzner={"slow_action_seconds": 0.3})
    bench.management("POST", "/faults", {"api": "hetzner", "method": "POST", "kind": "slow_action"})
    action = bench.made("/zones", {"name": "mesh.example", "mode": "primary"}, "action")
    seen = [action["status"]]
    while seen[-1] == "running":
        seen.append(bench.hetzner("GET", f"/actions/{action['id']}")[1]["action"]["status"])
    assert (len(seen) > 2, seen[-1]) == (True, "success")


def test_a_wrong_token_meets_no_fault(bench: Bench) -> None:
    bench.management("POST", "/faults", {"api": "hetzner", "kind": "locked"})
    assert requests.get(bench.url("hetzner", "/servers"), timeout=5).status_code == 401
    assert bench.hetzner("GET", "/servers")[0] == 423
