from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.cloudflare.types import functions
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import Properties
from tests.lab.plugins.verbs import Cloudflare

FOUND: dict[str, Any] = {
    "id": "z1",
    "name": "example.org",
    "account": {"id": "a1", "name": "Example"},
    "paused": False,
    "type": "full",
    "status": "active",
    "name_servers": ["ada.example.", "bob.example."],
    "original_name_servers": None,
    "plan": {"id": "free", "price": 0},
}
INPUTS: dict[str, Any] = {"name": "example.org", "account": {"id": "a1"}}
STATE: dict[str, Any] = INPUTS | {
    "id": "z1",
    "paused": False,
    "type": "full",
    "status": "active",
    "nameServers": ["ada.example.", "bob.example."],
    "plan": {"id": "free", "price": 0},
}


def test_create(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("POST /zones", {"result": FOUND})
    assert cloudflare.create("Zone", INPUTS) == ("z1", STATE)
    assert cloudflare.api.asked() == [
        'POST /zones {"name": "example.org", "account": {"id": "a1"}, "paused": false, "type": "full"}'
    ]


def test_read_import_and_second_preview(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("GET /zones/z1", {"result": FOUND})
    found = cloudflare.read("Zone", "z1", STATE, INPUTS)
    assert found is not None
    assert (found.outputs.values, found.inputs.values) == (STATE, INPUTS)
    assert cloudflare.diff("Zone", STATE, INPUTS) == {}
    imported = cloudflare.read("Zone", "z1", {}, {})
    assert imported is not None
    assert imported.inputs.values == INPUTS
    assert cloudflare.api.asked() == ["GET /zones/z1"] * 3
    assert cloudflare.read("Zone", "z2", STATE, INPUTS) is None


def test_update_sends_what_differs(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("PATCH /zones/z1", {"result": FOUND | {"paused": True}})
    outputs = cloudflare.update("Zone", "z1", STATE, INPUTS | {"paused": True})
    assert outputs == STATE | {"paused": True}
    assert cloudflare.api.asked() == ['PATCH /zones/z1 {"paused": true}']


def test_what_replaces_also_an_answer_without_an_account(cloudflare: Cloudflare) -> None:
    wanted = {"name": "example.net", "account": {"id": "a2"}}
    assert cloudflare.diff("Zone", STATE, wanted) == {
        "name": "update-replace",
        "account.id": "update-replace",
    }
    answer = {key: value for key, value in FOUND.items() if key != "account"}
    cloudflare.api.on("GET /zones/z1", {"result": answer})
    found = cloudflare.read("Zone", "z1", STATE, INPUTS)
    assert found is not None
    assert cloudflare.diff("Zone", dict(found.outputs.values), INPUTS) == {"account": "add-replace"}


def test_delete_and_an_empty_id(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("DELETE /zones/z1", {"result": {"id": "z1"}})
    cloudflare.delete("Zone", "z1", STATE)
    assert cloudflare.api.asked() == ["DELETE /zones/z1"]
    cloudflare.api.on("POST /zones", {"result": {}})
    with pytest.raises(RemoteError, match="Zone API returned empty or null zone ID"):
        cloudflare.create("Zone", INPUTS)


def asked_for(cloudflare: Cloudflare, **arguments: Any) -> Any:
    return functions(cloudflare.settings)[0].call(Properties(arguments))


def test_get_zone_by_filter_and_by_id(cloudflare: Cloudflare) -> None:
    search = "GET /zones?name=example.org&match=all&account.id=a1"
    cloudflare.api.on(search, {"result": [FOUND]})
    cloudflare.api.on("GET /zones/z1", {"result": FOUND})
    wanted = {"name": "example.org", "match": "all", "account": {"id": "a1"}}
    found = asked_for(cloudflare, filter=wanted)
    assert found.values["account"] == {"id": "a1", "name": "Example"}
    assert (found.values["id"], found.values["zoneId"], found.values["filter"]) == ("z1", "z1", wanted)
    assert asked_for(cloudflare, zoneId="z1").values["nameServers"] == STATE["nameServers"]
    assert cloudflare.api.asked() == [search, "GET /zones/z1", "GET /zones/z1"]


def test_get_zone_wants_exactly_one(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("GET /zones?name=example.org", {"result": []})
    with pytest.raises(RemoteError, match="failed to find exactly one result: 0 found"):
        asked_for(cloudflare, filter={"name": "example.org"})
    assert [item.reason for item in asked_for(cloudflare)] == [
        "exactly one of zoneId and filter must be given"
    ]
