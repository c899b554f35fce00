from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import UNKNOWN, Properties
from ffinfra.provider.resource_type import PartiallyCreatedError
from tests.lab.plugins.answers import ended, failed, poll, running
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.verbs import Hcloud, checked

FOUND: dict[str, Any] = {
    "id": 5,
    "name": "mx",
    "type": "ipv4",
    "ip": "192.0.2.10",
    "location": {"name": "fsn1"},
    "assignee_id": None,
    "assignee_type": "server",
    "auto_delete": False,
    "labels": {},
    "protection": {"delete": False},
}
STATE: dict[str, Any] = {
    "id": "5",
    "name": "mx",
    "type": "ipv4",
    "location": "fsn1",
    "assigneeId": 0,
    "assigneeType": "server",
    "autoDelete": False,
    "labels": {},
    "deleteProtection": False,
    "ipAddress": "192.0.2.10",
}
INPUTS = {"name": "mx", "type": "ipv4", "location": "fsn1"}
PATH = "/primary_ips/5"


def test_create_protects_and_reads(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /primary_ips", (201, {"primary_ip": {"id": 5}}))
    hcloud.api.on(f"POST {PATH}/actions/change_protection", (201, {"action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on(f"GET {PATH}", {"primary_ip": FOUND | {"protection": {"delete": True}}})
    created = hcloud.create("PrimaryIp", INPUTS | {"deleteProtection": True})
    assert created == ("5", STATE | {"deleteProtection": True})
    assert hcloud.api.asked() == [
        (
            'POST /primary_ips {"name": "mx", "type": "ipv4", "labels": {}, "auto_delete": false, '
            '"location": "fsn1"}'
        ),
        f'POST {PATH}/actions/change_protection {{"delete": true}}',
        poll(9),
        f"GET {PATH}",
    ]


def test_an_ipv6_is_a_network(hcloud: Hcloud) -> None:
    hcloud.api.on(f"GET {PATH}", {"primary_ip": FOUND | {"type": "ipv6", "ip": "2001:db8:1::/64"}})
    found = hcloud.read("PrimaryIp", "5", {}, {})
    assert found is not None
    outputs = found.outputs.values
    assert (outputs["ipAddress"], outputs["ipNetwork"]) == ("2001:db8:1::", "2001:db8:1::/64")


def test_create_for_a_server(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /primary_ips", (201, {"primary_ip": {"id": 5}}))
    hcloud.api.on(f"GET {PATH}", {"primary_ip": FOUND | {"assignee_id": 42}})
    inputs = {"name": "mx", "type": "ipv4", "assigneeId": 42, "assigneeType": "server"}
    _, outputs = hcloud.create("PrimaryIp", inputs)
    assert hcloud.diff("PrimaryIp", outputs, inputs) == {}
    assert hcloud.api.asked()[0] == (
        'POST /primary_ips {"name": "mx", "type": "ipv4", "labels": {}, "auto_delete": false, '
        '"assignee_id": 42, "assignee_type": "server"}'
    )


def test_a_failed_protection_leaves_an_orphan(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /primary_ips", (201, {"primary_ip": {"id": 5}}))
    hcloud.api.on(f"POST {PATH}/actions/change_protection", (201, {"action": failed(9)}))
    with pytest.raises(RemoteError) as raised:
        hcloud.create("PrimaryIp", INPUTS | {"deleteProtection": True})
    assert not isinstance(raised.value, PartiallyCreatedError)


def test_update_ends_in_a_put_that_may_be_empty(hcloud: Hcloud) -> None:
    hcloud.api.on(f"POST {PATH}/actions/change_protection", (201, {"action": ended(9)}))
    hcloud.api.on(f"PUT {PATH}", {"primary_ip": FOUND})
    hcloud.update("PrimaryIp", "5", STATE, INPUTS | {"deleteProtection": True})
    hcloud.update("PrimaryIp", "5", STATE, INPUTS | {"name": "mx2", "autoDelete": True, "labels": {"a": "b"}})
    assert hcloud.api.asked() == [
        f'POST {PATH}/actions/change_protection {{"delete": true}}',
        f"PUT {PATH} {{}}",
        f'PUT {PATH} {{"name": "mx2", "labels": {{"a": "b"}}, "auto_delete": true}}',
    ]


def test_another_assignee_is_unassigned_and_assigned(hcloud: Hcloud) -> None:
    for verb in ("unassign", "assign"):
        hcloud.api.on(f"POST {PATH}/actions/{verb}", (201, {"action": ended(9)}))
    hcloud.api.on(f"PUT {PATH}", {"primary_ip": FOUND | {"assignee_id": 43}})
    inputs = {"name": "mx", "type": "ipv4", "assigneeId": 43, "assigneeType": "server"}
    hcloud.update("PrimaryIp", "5", STATE | {"assigneeId": 42}, inputs)
    assert hcloud.api.asked() == [
        f"POST {PATH}/actions/unassign",
        f'POST {PATH}/actions/assign {{"assignee_id": 43, "assignee_type": "server"}}',
        f"PUT {PATH} {{}}",
    ]


def test_delete_of_what_its_server_holds_powers_it_off(hcloud: Hcloud) -> None:
    server = {"id": 42, "public_net": {"ipv4": {"id": 5}, "ipv6": None}}
    hcloud.api.on("GET /servers/42", {"server": server})
    for path in ("/servers/42/actions/poweroff", f"{PATH}/actions/unassign", "/servers/42/actions/poweron"):
        hcloud.api.on(f"POST {path}", (201, {"action": ended(9)}))
    hcloud.api.on(f"DELETE {PATH}", (204, None))
    hcloud.delete("PrimaryIp", "5", STATE | {"assigneeId": 42})
    assert hcloud.api.asked() == [
        "GET /servers/42",
        "POST /servers/42/actions/poweroff",
        f"POST {PATH}/actions/unassign",
        "POST /servers/42/actions/poweron",
        f"DELETE {PATH}",
    ]


def test_delete_of_what_no_server_holds_any_more(hcloud: Hcloud) -> None:
    hcloud.delete("PrimaryIp", "5", STATE | {"assigneeId": 42})
    assert hcloud.api.asked() == ["GET /servers/42", f"DELETE {PATH}"]


def test_delete_is_tried_ten_times_but_not_against_a_protection(hcloud: Hcloud) -> None:
    hcloud.api.on(f"DELETE {PATH}", error(423, "locked", "busy"))
    with pytest.raises(RemoteError, match="Status code: 423"):
        hcloud.delete("PrimaryIp", "5", STATE)
    assert (len(hcloud.api.asked()), hcloud.waiter.waits[:6]) == (10, [1, 2, 4, 8, 16, 32])
    hcloud.api.on(f"DELETE {PATH}", error(423, "protected", "primary_ip is delete protected"))
    with pytest.raises(RemoteError, match=r"primary_ip is delete protected \(protected\)"):
        hcloud.delete("PrimaryIp", "5", STATE)
    assert len(hcloud.api.asked()) == 1


def test_what_replaces(hcloud: Hcloud) -> None:
    assert hcloud.diff("PrimaryIp", STATE, INPUTS) == {}
    wanted = INPUTS | {"location": "hel1", "name": "mx2"}
    assert hcloud.diff("PrimaryIp", STATE, wanted) == {"location": "update-replace", "name": "update"}


def test_an_update_forgets_the_assignee_at_preview(hcloud: Hcloud) -> None:
    kind = hcloud.kind("PrimaryIp")
    planned = kind.update("5", Properties(STATE), checked(kind, INPUTS | {"name": "mx2"}), preview=True)
    assert planned.values == STATE | {"name": "mx2", "assigneeId": UNKNOWN, "assigneeType": UNKNOWN}


def test_location_or_assignee(hcloud: Hcloud) -> None:
    bare = {"name": "mx", "type": "ipv4"}
    both = "location: exactly one of location and assigneeId must be given"
    assert hcloud.refused("PrimaryIp", bare) == [both]
    assert hcloud.refused("PrimaryIp", INPUTS | {"assigneeId": 1, "assigneeType": "server"}) == [both]
    assert hcloud.refused("PrimaryIp", bare | {"assigneeId": UNKNOWN}) == [
        "assigneeId: assigneeId and assigneeType must be given together"
    ]
    assert hcloud.refused("PrimaryIp", bare | {"datacenter": "fsn1-dc14"}) == [
        (
            "datacenter: is not supported by the lab's stand-in: Hetzner's API has no datacenters any more; "
            "give a location"
        )
    ]
