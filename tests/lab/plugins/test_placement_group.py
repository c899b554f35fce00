from __future__ import annotations

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from tests.lab.plugins.answers import ended, poll, running
from tests.lab.plugins.verbs import Hcloud

FOUND = {"id": 6, "name": "apart", "type": "spread", "labels": {}, "servers": [42]}
STATE = {"id": "6", "name": "apart", "type": "spread", "labels": {}, "servers": [42]}
INPUTS = {"name": "apart", "type": "spread"}
PATH = "/placement_groups/6"


def test_create(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /placement_groups", (201, {"placement_group": {"id": 6}, "action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on(f"GET {PATH}", {"placement_group": FOUND})
    assert hcloud.create("PlacementGroup", INPUTS) == ("6", STATE)
    assert hcloud.api.asked() == [
        'POST /placement_groups {"name": "apart", "type": "spread"}',
        poll(9),
        f"GET {PATH}",
    ]


def test_update(hcloud: Hcloud) -> None:
    hcloud.api.on(f"GET {PATH}", {"placement_group": FOUND})
    hcloud.api.on(f"PUT {PATH}", {"placement_group": FOUND})
    hcloud.update("PlacementGroup", "6", STATE, INPUTS | {"name": "away", "labels": {"a": "b"}})
    assert hcloud.api.asked() == [
        f"GET {PATH}",
        f'PUT {PATH} {{"name": "away"}}',
        f'PUT {PATH} {{"labels": {{"a": "b"}}}}',
        f"GET {PATH}",
    ]


def test_labels_taken_away_are_emptied(hcloud: Hcloud) -> None:
    hcloud.api.on(f"GET {PATH}", {"placement_group": FOUND})
    hcloud.api.on(f"PUT {PATH}", {"placement_group": FOUND})
    state = STATE | {"labels": {"a": "b"}}
    assert hcloud.diff("PlacementGroup", state, INPUTS) == {"labels": "delete"}
    hcloud.update("PlacementGroup", "6", state, INPUTS)
    assert hcloud.api.asked()[1] == f'PUT {PATH} {{"labels": {{}}}}'


def test_deleting_and_updating_what_has_vanished_fails(hcloud: Hcloud) -> None:
    with pytest.raises(RemoteError) as raised:
        hcloud.delete("PlacementGroup", "6", STATE)
    assert str(raised.value) == "not found (not_found)"
    with pytest.raises(RemoteError, match="the real plugin crashes here"):
        hcloud.update("PlacementGroup", "6", STATE, INPUTS | {"name": "away"})
    assert hcloud.read("PlacementGroup", "6", STATE, {}) is None


def test_only_spread_exists(hcloud: Hcloud) -> None:
    assert hcloud.refused("PlacementGroup", INPUTS | {"type": "near"}) == [
        "type: must be one of spread, not 'near'"
    ]
