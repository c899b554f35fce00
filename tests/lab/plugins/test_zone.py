from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import UNKNOWN, Properties
from ffinfra.provider.resource_type import PartiallyCreatedError
from tests.lab.plugins.answers import ended, failed, poll, running
from tests.lab.plugins.verbs import Hcloud, checked

FOUND: dict[str, Any] = {
    "id": 3,
    "name": "example.org",
    "mode": "primary",
    "ttl": 3600,
    "labels": {},
    "protection": {"delete": False},
    "primary_nameservers": [],
    "authoritative_nameservers": {"assigned": ["a.example.", "b.example."]},
    "registrar": "other",
}
STATE: dict[str, Any] = {
    "id": "3",
    "name": "example.org",
    "mode": "primary",
    "ttl": 3600,
    "labels": {},
    "deleteProtection": False,
    "primaryNameservers": [],
    "authoritativeNameservers": {"assigneds": ["a.example.", "b.example."]},
    "registrar": "other",
}
INPUTS = {"name": "example.org", "mode": "primary"}
SECONDARY = {
    "name": "example.org",
    "mode": "secondary",
    "primaryNameservers": [{"address": "192.0.2.53", "tsigAlgorithm": "hmac-sha256", "tsigKey": "c2VjcmV0"}],
}


def test_create_waits_and_reads(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones", (201, {"zone": {"id": 3}, "action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on("GET /zones/3", {"zone": FOUND})
    assert hcloud.create("Zone", INPUTS) == ("3", STATE)
    assert hcloud.api.asked() == [
        'POST /zones {"name": "example.org", "mode": "primary", "ttl": 3600, "labels": {}}',
        poll(9),
        "GET /zones/3",
    ]


def test_create_of_a_protected_secondary_waits_once_for_both(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones", (201, {"zone": {"id": 3}, "action": running(9)}))
    hcloud.api.on("POST /zones/3/actions/change_protection", (201, {"action": running(10)}))
    hcloud.api.on(poll(9, 10), {"actions": [ended(9), ended(10)]})
    nameservers = [
        {"address": "192.0.2.53", "port": 53, "tsig_algorithm": "hmac-sha256", "tsig_key": "c2VjcmV0"}
    ]
    secondary = FOUND | {
        "mode": "secondary",
        "primary_nameservers": nameservers,
        "protection": {"delete": True},
        "ttl": 60,
    }
    hcloud.api.on("GET /zones/3", {"zone": secondary})
    _, outputs = hcloud.create("Zone", SECONDARY | {"deleteProtection": True, "ttl": 60})
    assert outputs["primaryNameservers"] == [
        {"address": "192.0.2.53", "port": 53, "tsigAlgorithm": "hmac-sha256", "tsigKey": "c2VjcmV0"}
    ]
    assert hcloud.api.asked() == [
        (
            'POST /zones {"name": "example.org", "mode": "secondary", "ttl": 60, "labels": {}, '
            '"primary_nameservers": [{"address": "192.0.2.53", "tsig_algorithm": "hmac-sha256", '
            '"tsig_key": "c2VjcmV0", "port": 53}]}'
        ),
        'POST /zones/3/actions/change_protection {"delete": true}',
        poll(9, 10),
        "GET /zones/3",
    ]
    assert hcloud.diff("Zone", outputs, SECONDARY | {"deleteProtection": True, "ttl": 60}) == {}


def test_a_failed_action_leaves_an_orphan(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones", (201, {"zone": {"id": 3}, "action": failed(9, "create_zone")}))
    with pytest.raises(RemoteError, match="Action failed: An API action") as raised:
        hcloud.create("Zone", INPUTS)
    assert not isinstance(raised.value, PartiallyCreatedError)


def test_an_answer_without_an_id_would_crash(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones", (201, {"zone": {}}))
    with pytest.raises(RemoteError, match="the real plugin crashes here"):
        hcloud.create("Zone", INPUTS)


def test_import_by_name_and_by_number(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /zones/example.org", {"zone": FOUND})
    hcloud.api.on("GET /zones/3", {"zone": FOUND})
    for given in ("example.org", "3"):
        found = hcloud.read("Zone", given, {}, {})
        assert found is not None
        assert (found.id, found.inputs.values) == ("3", INPUTS)
    assert hcloud.api.asked() == ["GET /zones/example.org", "GET /zones/3", "GET /zones/3"]
    with pytest.raises(RemoteError, match=r"was not found: name=example\.net"):
        hcloud.read("Zone", "example.net", {}, {})


def test_update_is_actions_one_wait_and_a_put(hcloud: Hcloud) -> None:
    for number, verb in enumerate(("change_ttl", "change_protection"), 9):
        hcloud.api.on(f"POST /zones/3/actions/{verb}", (201, {"action": running(number)}))
    hcloud.api.on(poll(9, 10), {"actions": [ended(9), ended(10)]})
    hcloud.api.on("PUT /zones/3", {"zone": FOUND | {"ttl": 60}})
    hcloud.update("Zone", "3", STATE, INPUTS | {"ttl": 60, "deleteProtection": True, "labels": {"a": "b"}})
    assert hcloud.api.asked() == [
        'POST /zones/3/actions/change_ttl {"ttl": 60}',
        'POST /zones/3/actions/change_protection {"delete": true}',
        poll(9, 10),
        'PUT /zones/3 {"labels": {"a": "b"}}',
    ]


def test_nameservers_are_changed_as_a_whole_and_the_put_may_be_empty(hcloud: Hcloud) -> None:
    state = STATE | {"mode": "secondary", "primaryNameservers": [{"address": "192.0.2.1", "port": 53}]}
    hcloud.api.on("POST /zones/3/actions/change_primary_nameservers", (201, {"action": ended(9)}))
    hcloud.api.on("PUT /zones/3", {"zone": FOUND})
    inputs = {"name": "example.org", "mode": "secondary", "primaryNameservers": [{"address": "192.0.2.2"}]}
    hcloud.update("Zone", "3", state, inputs)
    assert hcloud.api.asked() == [
        (
            "POST /zones/3/actions/change_primary_nameservers "
            '{"primary_nameservers": [{"address": "192.0.2.2", "port": 53}]}'
        ),
        "PUT /zones/3 {}",
    ]


def test_an_update_forgets_at_preview_what_the_api_may_change(hcloud: Hcloud) -> None:
    kind = hcloud.kind("Zone")
    planned = kind.update("3", Properties(STATE), checked(kind, INPUTS | {"ttl": 60}), preview=True)
    unknown = ("deleteProtection", "primaryNameservers", "authoritativeNameservers", "registrar")
    assert planned.values == STATE | {"ttl": 60} | dict.fromkeys(unknown, UNKNOWN)
    assert hcloud.api.asked() == []


def test_what_replaces(hcloud: Hcloud) -> None:
    assert hcloud.diff("Zone", STATE, INPUTS) == {}
    assert hcloud.diff("Zone", STATE, INPUTS | {"ttl": 60}) == {"ttl": "update"}
    assert hcloud.diff("Zone", STATE, INPUTS | {"name": "example.net"}) == {"name": "update-replace"}
    changes = hcloud.diff("Zone", STATE, SECONDARY)
    assert changes == {"mode": "update-replace", "primaryNameservers[0]": "add"}


def test_delete_waits_and_gone_is_good(hcloud: Hcloud) -> None:
    hcloud.delete("Zone", "3", STATE)
    hcloud.api.on("DELETE /zones/3", {"action": running(9)})
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.delete("Zone", "3", STATE)
    assert hcloud.api.asked() == ["DELETE /zones/3", "DELETE /zones/3", poll(9)]


def test_modes_and_their_nameservers(hcloud: Hcloud) -> None:
    assert hcloud.refused("Zone", INPUTS | {"mode": "secondary"}) == [
        "primaryNameservers: is required when mode is secondary"
    ]
    assert hcloud.refused("Zone", SECONDARY | {"mode": "primary"}) == [
        "primaryNameservers: is forbidden when mode is primary"
    ]
    assert hcloud.refused("Zone", SECONDARY | {"primaryNameservers": []}) == [
        "primaryNameservers: must have at least one element"
    ]
    assert hcloud.refused("Zone", SECONDARY | {"primaryNameservers": [{"port": "x"}]}) == [
        "primaryNameservers[0].address: is required, but is not given",
        "primaryNameservers[0].port: must be a whole number, not 'x'",
    ]


def test_a_secret_key_stays_secret(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones", (201, {"zone": {"id": 3}}))
    hcloud.api.on("GET /zones/3", {"zone": FOUND})
    kind = hcloud.kind("Zone")
    inputs = Properties(SECONDARY, frozenset({"primaryNameservers"}))
    filled = kind.fill_in("thing", inputs, Properties(), b"seed")
    _, outputs = kind.create("thing", filled, preview=False)
    assert outputs.secret_keys == {"primaryNameservers"}
    found = kind.read("3", outputs, inputs)
    assert found is not None
    assert (found.outputs.secret_keys, found.inputs.secret_keys) == (outputs.secret_keys, outputs.secret_keys)
