from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from tests.lab.plugins.answers import ended, poll, running
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.verbs import Hcloud

FOUND: dict[str, Any] = {
    "id": 11,
    "name": "mail",
    "size": 10,
    "location": {"name": "fsn1"},
    "labels": {},
    "linux_device": "/dev/disk/by-id/scsi-0HC_Volume_11",
    "protection": {"delete": False},
    "server": 42,
}
STATE: dict[str, Any] = {
    "id": "11",
    "name": "mail",
    "size": 10,
    "location": "fsn1",
    "labels": {},
    "linuxDevice": "/dev/disk/by-id/scsi-0HC_Volume_11",
    "deleteProtection": False,
    "serverId": 42,
    "format": "ext4",
}
INPUTS = {"name": "mail", "size": 10, "serverId": 42, "format": "ext4"}


def test_create_waits_for_each_action(hcloud: Hcloud) -> None:
    answer = {"volume": {"id": 11}, "action": running(9), "next_actions": [running(10)]}
    hcloud.api.on("POST /volumes", (201, answer))
    hcloud.api.on("POST /volumes/11/actions/change_protection", (201, {"action": ended(12)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on(poll(10), {"actions": [ended(10)]})
    hcloud.api.on("GET /volumes/11", {"volume": FOUND | {"protection": {"delete": True}}})
    created = hcloud.create("Volume", INPUTS | {"deleteProtection": True})
    assert created == ("11", STATE | {"deleteProtection": True})
    assert hcloud.api.asked() == [
        'POST /volumes {"name": "mail", "size": 10, "server": 42, "format": "ext4"}',
        poll(9),
        poll(10),
        'POST /volumes/11/actions/change_protection {"delete": true}',
        "GET /volumes/11",
    ]


def test_a_locked_server_is_asked_until_it_is_free(hcloud: Hcloud) -> None:
    locked = error(423, "locked", "locked")
    hcloud.api.on("POST /volumes", *[locked] * 3, (201, {"volume": {"id": 11}}))
    hcloud.api.on("GET /volumes/11", {"volume": FOUND})
    assert hcloud.create("Volume", INPUTS)[0] == "11"
    assert len(hcloud.api.asked()) == 5


def test_update(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /volumes/11", {"volume": FOUND})
    hcloud.api.on("PUT /volumes/11", {"volume": FOUND})
    for verb in ("detach", "attach", "resize"):
        hcloud.api.on(f"POST /volumes/11/actions/{verb}", (201, {"action": ended(9)}))
    wanted = {"name": "mails", "size": 20, "serverId": 43, "labels": {"a": "b"}, "automount": True}
    hcloud.update("Volume", "11", STATE, wanted)
    assert hcloud.api.asked() == [
        "GET /volumes/11",
        'PUT /volumes/11 {"name": "mails"}',
        "POST /volumes/11/actions/detach",
        'POST /volumes/11/actions/attach {"server": 43, "automount": true}',
        'POST /volumes/11/actions/resize {"size": 20}',
        'PUT /volumes/11 {"labels": {"a": "b"}}',
        "GET /volumes/11",
    ]


def test_another_format_is_noticed_but_does_nothing(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /volumes/11", {"volume": FOUND})
    inputs = INPUTS | {"format": "xfs"}
    assert hcloud.diff("Volume", STATE, inputs) == {"format": "update"}
    outputs = hcloud.update("Volume", "11", STATE, inputs)
    assert hcloud.api.asked() == ["GET /volumes/11", "GET /volumes/11"]
    assert hcloud.diff("Volume", outputs, inputs) == {}


def test_what_replaces(hcloud: Hcloud) -> None:
    assert hcloud.diff("Volume", STATE, INPUTS) == {}
    moved = INPUTS | {"location": "hel1"}
    assert hcloud.diff("Volume", STATE, moved) == {"location": "update-replace", "(first)": "delete"}


def test_delete_detaches_and_tries_five_times(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /volumes/11", {"volume": FOUND})
    hcloud.api.on("POST /volumes/11/actions/detach", (201, {"action": ended(9)}))
    hcloud.api.on("DELETE /volumes/11", error(423, "protected", "volume is delete protected"))
    with pytest.raises(RemoteError) as raised:
        hcloud.delete("Volume", "11", STATE)
    assert str(raised.value) == "volume is delete protected (protected)"
    assert hcloud.api.asked() == [
        "GET /volumes/11",
        "POST /volumes/11/actions/detach",
        *["DELETE /volumes/11"] * 5,
    ]


def test_what_has_vanished_is_gone_but_cannot_be_updated(hcloud: Hcloud) -> None:
    assert hcloud.read("Volume", "11", STATE, {}) is None
    hcloud.delete("Volume", "11", STATE)
    with pytest.raises(RemoteError, match="the real plugin crashes here"):
        hcloud.update("Volume", "11", STATE, INPUTS | {"size": 20})
