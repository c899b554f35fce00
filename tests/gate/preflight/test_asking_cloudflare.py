"""What stands in a zone, asked from the lab's Cloudflare API; and that the rule refuses what that API would."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.context import TokenShape
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import CloudflareZones, NoAnswer, NotAsked, StandingRecord
from ffinfra.gate.preflight.asking_cloudflare import ask_cloudflare
from ffinfra.gate.preflight.live import ask_providers
from tests.gate.rules.contexts import RECORD, SERVER, change, context, findings
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, PARENT_ID, Bench
from tests.lab.clouds.cloudflare_records import DIGEST, RECORDS, made

OTHER_ID = "0" * 31 + "9"


def environment(bench: Bench) -> dict[str, str]:
    return {"CLOUDFLARE_BASE_URL": bench.url("cloudflare"), "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN}


def record(name: str, rdtype: str, content: str, zone: str = PARENT_ID) -> Change:
    inputs = {"zoneId": zone, "name": name, "type": rdtype, "ttl": 300, "content": content}
    return change(Operation.CREATE, RECORD, "new", None, inputs)


def test_all_that_stands_is_read_in_one_form(bench: Bench) -> None:
    made(bench)
    made(bench, name="mail", type="MX", content="Mail.example", priority=10)
    made(bench, name="z", type="NS", content="ns1.example")
    made(bench, name="z", type="DS", data=DIGEST, content=None)
    found = ask_cloudflare(
        ChangeSet((record("x", "A", "192.0.2.1"), record("x", "A", "192.0.2.1", OTHER_ID))),
        environment(bench),
    )
    assert isinstance(found, CloudflareZones)
    assert (found.names, found.unseen) == ({PARENT_ID: "musterstadt.example"}, frozenset({OTHER_ID}))
    assert sorted(found.records[PARENT_ID]) == [
        StandingRecord("mail.musterstadt.example.", "MX", "10 mail.example."),
        StandingRecord("www.musterstadt.example.", "A", "192.0.2.7"),
        StandingRecord("z.musterstadt.example.", "DS", f"7 13 2 {'ab' * 32}"),
        StandingRecord("z.musterstadt.example.", "NS", "ns1.example."),
    ]


def test_every_page_is_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ffinfra.dns.readiness.provider_api._RECORDS", 5)
    for number in range(12):
        made(bench, name=f"host{number}")
    found = ask_cloudflare(ChangeSet((record("x", "A", "192.0.2.1"),)), environment(bench))
    assert isinstance(found, CloudflareZones)
    assert len(found.records[PARENT_ID]) == 12


@pytest.mark.parametrize(
    "standing",
    [
        {},
        {"type": "CNAME", "content": "x.example"},
        {"type": "NS", "content": "ns1.example"},
        {"type": "TXT", "content": '"x"'},
        {"content": "192.0.2.8"},
    ],
    ids=["an equal one", "an alias", "a delegation", "a text", "another address"],
)
@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "A", "content": "192.0.2.7"},
        {"type": "CNAME", "content": "y.example"},
        {"type": "NS", "content": "ns2.example"},
    ],
    ids=["an address", "to be an alias", "to be delegated"],
)
def test_what_the_rule_refuses_the_api_refuses_too(
    bench: Bench, standing: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """The other way round it may refuse more: an alias beside a text, of which its documentation says nothing."""
    made(bench, **standing)
    one = record("www.musterstadt.example", wanted["type"], wanted["content"])
    judged = replace(context([one]), cloudflare=ask_cloudflare(ChangeSet((one,)), environment(bench)))
    said = [line for line in findings("preflight", judged) if line.startswith("block: new: ")]
    status, _ = bench.cloudflare("POST", RECORDS, {"name": "www", "ttl": 300, **wanted})
    beside_a_text = {standing.get("type", "A"), wanted["type"]} == {"CNAME", "TXT"}
    assert (bool(said) or beside_a_text) == (status != 200), said


def test_why_there_is_no_answer(bench: Bench) -> None:
    changes = ChangeSet((record("x", "A", "192.0.2.1"),))
    assert ask_cloudflare(changes, {}) == NoAnswer("CLOUDFLARE_API_TOKEN is not set")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = {"CLOUDFLARE_BASE_URL": f"http://127.0.0.1:{port}", "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN}
    silent = NoAnswer("its API does not answer within 20 s (ConnectError)")
    assert ask_cloudflare(changes, gone) == silent


def test_a_token_that_may_not_see_the_zone(bench: Bench) -> None:
    one = record("x", "A", "192.0.2.1")
    given = environment(bench) | {"CLOUDFLARE_API_TOKEN": "x" * 40}
    judged = replace(context([one]), cloudflare=ask_cloudflare(ChangeSet((one,)), given))
    assert f"block: Cloudflare shows no zone {PARENT_ID} to this token" in findings("preflight", judged)


def test_a_provider_that_is_not_concerned_is_not_asked(bench: Bench) -> None:
    """A switch at Cloudflare alone does not wait for Hetzner."""
    at_parent = context([record("x", "A", "192.0.2.1")], tokens={"CLOUDFLARE_API_TOKEN": TokenShape.FITTING})
    asked = ask_providers(at_parent, environment(bench))
    assert (type(asked.cloudflare), asked.account) == (CloudflareZones, NotAsked())
    assert [call for call in bench.calls() if not call.startswith(f"GET /zones/{PARENT_ID}")] == []
    server = context([change(Operation.CREATE, SERVER, "sn5", None, {"name": "sn5"})])
    asked = ask_providers(server, {})
    assert (asked.account, asked.cloudflare) == (NoAnswer("HCLOUD_TOKEN is not set"), NotAsked())
