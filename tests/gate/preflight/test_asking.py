"""What a project holds and what is on offer, asked from the lab's Hetzner API."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace

import pytest

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import Account, AskedAccount, Named, NoAnswer
from ffinfra.gate.preflight.asking import ask_hetzner
from ffinfra.gate.preflight.unique_names import UNIQUE_NAMES
from tests.gate.rules.contexts import RRSET, SERVER, change, context, findings
from tests.lab.clouds.bench import HETZNER_TOKEN, Bench

PRIMARY_IP, ZONE = "hcloud:index/primaryIp:PrimaryIp", "mesh.net.example"


def _asked(bench: Bench, *changes: Change, **environment: str) -> AskedAccount:
    return ask_hetzner(ChangeSet(changes), _environment(bench) | environment)


def _environment(bench: Bench) -> dict[str, str]:
    return {"HCLOUD_ENDPOINT": bench.url("hetzner"), "HCLOUD_TOKEN": HETZNER_TOKEN}


def _creation(kind: str, **inputs: object) -> Change:
    return change(Operation.CREATE, kind, "new", None, inputs)


def _held(bench: Bench, names: int) -> None:
    """Addresses, one of them protected, and a zone with records."""
    for name in ["sn5-ipv4", *(f"other{number}" for number in range(names))]:
        body = {"name": name, "type": "ipv4", "location": "fsn1", "auto_delete": False, "labels": {}}
        bench.made("/primary_ips", body, "primary_ip")
    _, answer = bench.hetzner("GET", "/primary_ips?name=sn5-ipv4")
    number = answer["primary_ips"][0]["id"]
    assert (
        bench.hetzner("POST", f"/primary_ips/{number}/actions/change_protection", {"delete": True})[0] < 300
    )
    bench.made("/zones", {"name": ZONE, "mode": "primary"}, "zone")
    body = {"name": "www", "type": "A", "ttl": 300, "records": [{"value": "192.0.2.7"}]}
    bench.made(f"/zones/{ZONE}/rrsets", body, "rrset")


def _record(name: str, zone: str = ZONE) -> Change:
    values: Mapping[str, object] = {"zone": zone, "name": name, "type": "A", "ttl": 300}
    return _creation(RRSET, **values, records=[{"value": "192.0.2.7"}])


def test_names_and_protection_on_every_page(bench: Bench) -> None:
    _held(bench, 55)
    found = _asked(bench, _creation(PRIMARY_IP, name="sn9-ipv4"), _record("www"))
    assert isinstance(found, Account)
    addresses = {one.name for one in found.names if one.kind == PRIMARY_IP}
    assert addresses == {"sn5-ipv4", *(f"other{number}" for number in range(55))}
    assert found.protected == {Named(PRIMARY_IP, "sn5-ipv4")}
    assert Named(RRSET, f"{ZONE} www A") in found.names
    assert found.locations == {"fsn1", "nbg1", "hel1", "ash", "hil", "sin"}


def test_what_is_on_offer_is_asked_for_servers_alone(bench: Bench) -> None:
    found = _asked(bench, _creation(SERVER, name="sn9"))
    assert isinstance(found, Account)
    assert "fsn1" in found.server_types["ccx13"]
    assert {"debian-12", "debian-13"} <= found.images
    plain = _asked(bench, _creation(PRIMARY_IP, name="sn9-ipv4"))
    assert isinstance(plain, Account)
    assert not plain.server_types


@pytest.mark.parametrize("kind", sorted(UNIQUE_NAMES))
def test_every_kind_with_unique_names_is_listed(bench: Bench, kind: str) -> None:
    assert isinstance(_asked(bench, _creation(kind, name="new")), Account)


def test_a_zone_that_is_not_there_yet_takes_no_name(bench: Bench) -> None:
    found = _asked(bench, _record("www", "absent.example"))
    assert isinstance(found, Account)
    assert found.names == frozenset()


def test_what_the_rule_says_of_it(bench: Bench) -> None:
    _held(bench, 0)
    steps = [
        _creation(PRIMARY_IP, name="sn5-ipv4", location="fsn1"),
        change(Operation.DELETE, PRIMARY_IP, "old", {"name": "sn5-ipv4"}, None),
        _record("www"),
    ]
    judged = replace(context(steps[1:]), account=_asked(bench, *steps))
    assert findings("preflight", judged) == [
        "block: old is protected from deletion at Hetzner, which would refuse",
        f"block: new: the name {ZONE} www A is taken at Hetzner",
    ]


def test_why_there_is_no_answer(bench: Bench) -> None:
    assert _asked(bench, HCLOUD_TOKEN="") == NoAnswer("HCLOUD_TOKEN is not set")
    assert _asked(bench, HCLOUD_TOKEN="x" * 64) == NoAnswer("its API answers 401")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = _asked(bench, HCLOUD_ENDPOINT=f"http://127.0.0.1:{port}/v1")
    assert gone == NoAnswer("its API does not answer within 20 s (ConnectError)")
