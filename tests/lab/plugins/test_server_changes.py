from __future__ import annotations

import re
from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.resource_type import PartiallyCreatedError
from tests.lab.plugins.answers import ended, failed
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.servers import FOUND, INPUTS, STATE, on_actions
from tests.lab.plugins.verbs import Hcloud

GET = "GET /servers/42"
ACTION = "POST /servers/42/actions"


def updated(
    hcloud: Hcloud, wanted: dict[str, Any], state: dict[str, Any] | None = None, **server: Any
) -> list[str]:
    """The calls between the first GET and the last."""
    hcloud.api.on(GET, {"server": FOUND | server})
    hcloud.update("Server", "42", STATE | (state or {}), INPUTS | wanted)
    first, *calls, last = hcloud.api.asked()
    assert (first, last) == (GET, GET)
    return calls


def test_name_and_labels_are_put_apart(hcloud: Hcloud) -> None:
    hcloud.api.on("PUT /servers/42", {"server": FOUND})
    assert updated(hcloud, {"name": "ns2", "labels": {"a": "b"}}) == [
        'PUT /servers/42 {"name": "ns2"}',
        'PUT /servers/42 {"labels": {"a": "b"}}',
    ]


def test_another_type_needs_it_off_and_the_api_starts_it(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "poweroff", "change_type")
    assert updated(hcloud, {"serverType": "ccx23"}) == [
        f"{ACTION}/poweroff",
        f'{ACTION}/change_type {{"server_type": "ccx23", "upgrade_disk": true}}',
    ]
    assert updated(hcloud, {"serverType": "ccx23", "keepDisk": True}, status="off") == [
        f'{ACTION}/change_type {{"server_type": "ccx23", "upgrade_disk": false}}'
    ]


def test_backups_follow_what_the_api_says(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "disable_backup")
    assert updated(hcloud, {}, {"backups": True}, backup_window="22-02") == [f"{ACTION}/disable_backup"]
    assert updated(hcloud, {}, {"backups": True}) == []


def test_networks(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "attach_to_network", "detach_from_network", "change_alias_ips")
    attached = [
        {"network": 4, "ip": "10.0.1.2", "alias_ips": []},
        {"network": 5, "ip": "10.1.0.2", "alias_ips": []},
        {"network": 6, "ip": "10.2.0.2", "alias_ips": []},
    ]
    state = [{"networkId": item["network"], "ip": item["ip"], "aliasIps": []} for item in attached]
    wanted = [
        {"networkId": 4, "ip": "10.0.1.9"},
        {"networkId": 6, "aliasIps": ["10.2.0.3"]},
        {"networkId": 7},
    ]
    calls = updated(hcloud, {"networks": wanted}, {"networks": state}, private_net=attached)
    assert calls == [
        f'{ACTION}/detach_from_network {{"network": 4}}',
        f'{ACTION}/attach_to_network {{"network": 4, "ip": "10.0.1.9"}}',
        f'{ACTION}/detach_from_network {{"network": 5}}',
        f'{ACTION}/change_alias_ips {{"network": 6, "alias_ips": ["10.2.0.3"]}}',
        f'{ACTION}/attach_to_network {{"network": 7}}',
    ]


def test_networks_left_out_are_detached(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "detach_from_network")
    state = {"networks": [{"networkId": 4, "ip": "10.0.1.2", "aliasIps": []}]}
    calls = updated(hcloud, {}, state, private_net=[{"network": 4, "ip": "10.0.1.2"}])
    assert calls == [f'{ACTION}/detach_from_network {{"network": 4}}']


def test_firewalls(hcloud: Hcloud) -> None:
    for path in ("8/actions/remove_from_resources", "9/actions/apply_to_resources"):
        hcloud.api.on(f"POST /firewalls/{path}", (201, {"actions": [ended(9)]}))
    public = FOUND["public_net"] | {"firewalls": [{"id": 8}]}
    calls = updated(hcloud, {"firewallIds": [9]}, {"firewallIds": [8]}, public_net=public)
    server = '[{"type": "server", "server": {"id": 42}}]'
    assert calls == [
        f'POST /firewalls/8/actions/remove_from_resources {{"remove_from": {server}}}',
        f'POST /firewalls/9/actions/apply_to_resources {{"apply_to": {server}}}',
    ]


def on_addresses(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "poweroff", "poweron")
    for number in (1, 2, 5, 6):
        for verb in ("assign", "unassign"):
            hcloud.api.on(f"POST /primary_ips/{number}/actions/{verb}", (201, {"action": ended(9)}))
        hcloud.api.on(f"DELETE /primary_ips/{number}", (204, None))
    hcloud.api.on("POST /primary_ips", (201, {"primary_ip": {"id": 99}, "action": ended(9)}))


def public_nets(**values: Any) -> dict[str, Any]:
    return {"publicNets": [{"ipv4Enabled": True, "ipv6Enabled": True, **values}]}


def addresses_changed(hcloud: Hcloud, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    on_addresses(hcloud)
    first, *calls, last = updated(hcloud, new, old)
    assert (first, last) == (f"{ACTION}/poweroff", f"{ACTION}/poweron")
    return [re.sub(r"primary_ip-\d{7}", "primary_ip-NNNNNNN", call) for call in calls]


ASSIGN = '{"assignee_id": 42, "assignee_type": "server"}'


def test_another_address_and_the_unchanged_one_are_assigned_anew(hcloud: Hcloud) -> None:
    old, new = public_nets(ipv4=1, ipv6=2), public_nets(ipv4=5, ipv6=2)
    assert addresses_changed(hcloud, old, new) == [
        "POST /primary_ips/1/actions/unassign",
        f"POST /primary_ips/5/actions/assign {ASSIGN}",
        "POST /primary_ips/2/actions/unassign",
        f"POST /primary_ips/2/actions/assign {ASSIGN}",
    ]


def test_an_unnamed_address_is_deleted_when_a_named_one_comes(hcloud: Hcloud) -> None:
    assert addresses_changed(hcloud, {}, public_nets(ipv4=5)) == [
        "POST /primary_ips/1/actions/unassign",
        "DELETE /primary_ips/1",
        f"POST /primary_ips/5/actions/assign {ASSIGN}",
    ]


def test_a_version_switched_off_and_on_again(hcloud: Hcloud) -> None:
    assert addresses_changed(hcloud, public_nets(), public_nets(ipv6Enabled=False)) == [
        "POST /primary_ips/2/actions/unassign",
        "DELETE /primary_ips/2",
    ]
    made = (
        'POST /primary_ips {"name": "primary_ip-NNNNNNN", "type": "ipv6", "assignee_id": 42, '
        '"assignee_type": "server", "auto_delete": true}'
    )
    assert addresses_changed(hcloud, public_nets(ipv6Enabled=False), public_nets()) == [made]


def test_a_named_address_made_unnamed_is_not_noticed(hcloud: Hcloud) -> None:
    state = STATE | public_nets(ipv4=1)
    assert hcloud.diff("Server", state, INPUTS | public_nets()) == {}


def test_without_a_public_net_named_addresses_are_exchanged(hcloud: Hcloud) -> None:
    assert hcloud.diff("Server", STATE | public_nets(ipv4=1), INPUTS) == {"publicNets": "delete"}
    calls = addresses_changed(hcloud, public_nets(ipv4=1), {})
    assert calls[0] == "POST /primary_ips/1/actions/unassign"
    assert calls[1].startswith('POST /primary_ips {"name": "primary_ip-NNNNNNN", "type": "ipv4"')


def test_an_assignment_that_fails_leaves_the_server_running(hcloud: Hcloud) -> None:
    on_addresses(hcloud)
    hcloud.api.on("POST /primary_ips/5/actions/assign", (201, {"action": failed(9)}))
    hcloud.api.on(GET, {"server": FOUND})
    with pytest.raises(PartiallyCreatedError, match="Action failed for a reason"):
        hcloud.update("Server", "42", STATE | public_nets(ipv4=1), INPUTS | public_nets(ipv4=5))
    assert hcloud.api.asked()[-1] == f"{ACTION}/poweron"


def test_an_address_for_a_version_that_is_off_is_not_allowed(hcloud: Hcloud) -> None:
    on_addresses(hcloud)
    hcloud.api.on(GET, {"server": FOUND})
    with pytest.raises(PartiallyCreatedError, match=r"not allowed: ipv4_enabled = false \| ipv4 = 5"):
        hcloud.update("Server", "42", STATE, INPUTS | public_nets(ipv4=5, ipv4Enabled=False))


def test_placement(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "add_to_placement_group", "remove_from_placement_group")
    hcloud.api.on("GET /placement_groups/6", {"placement_group": {"id": 6}})
    assert updated(hcloud, {"placementGroupId": 6}) == [
        "GET /placement_groups/6",
        f'{ACTION}/add_to_placement_group {{"placement_group": 6}}',
    ]
    assert updated(hcloud, {}, {"placementGroupId": 6}, placement_group={"id": 6}, status="off") == [
        f"{ACTION}/remove_from_placement_group"
    ]
    with pytest.raises(PartiallyCreatedError, match="removing a running server from a placement group"):
        updated(hcloud, {}, {"placementGroupId": 6}, placement_group={"id": 6})


def test_protection(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "change_protection")
    assert updated(hcloud, {"deleteProtection": True}) == [
        f'{ACTION}/change_protection {{"rebuild": false, "delete": true}}'
    ]


def test_updating_what_has_vanished_fails(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /servers?name=42", {"servers": []})
    with pytest.raises(RemoteError, match="run `pulumi refresh`"):
        hcloud.update("Server", "42", STATE, INPUTS | {"name": "ns2"})


def test_delete_waits(hcloud: Hcloud) -> None:
    hcloud.api.on("DELETE /servers/42", {"action": ended(9)})
    hcloud.delete("Server", "42", STATE)
    assert hcloud.api.asked() == ["DELETE /servers/42"]


def test_deleting_what_has_vanished_fails(hcloud: Hcloud) -> None:
    with pytest.raises(RemoteError) as raised:
        hcloud.delete("Server", "42", STATE)
    assert str(raised.value) == "not found (not_found)"


def test_a_protected_server_is_shut_down_and_stays_off(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "shutdown")
    hcloud.api.on(GET, {"server": FOUND}, {"server": FOUND | {"status": "off"}})
    hcloud.api.on("DELETE /servers/42", error(423, "protected", "server is delete protected"))
    with pytest.raises(RemoteError) as raised:
        hcloud.delete("Server", "42", STATE | {"shutdownBeforeDeletion": True, "deleteProtection": True})
    assert str(raised.value) == "server is delete protected (protected)"
    assert hcloud.api.asked() == [f"{ACTION}/shutdown", GET, GET, "DELETE /servers/42"]


def test_a_server_that_does_not_shut_down_is_deleted_after_31_seconds(hcloud: Hcloud) -> None:
    on_actions(hcloud.api, "shutdown")
    hcloud.api.on(GET, {"server": FOUND})
    hcloud.api.on("DELETE /servers/42", {"action": ended(9)})
    hcloud.delete("Server", "42", STATE | {"shutdownBeforeDeletion": True})
    assert hcloud.api.asked() == [f"{ACTION}/shutdown", *[GET] * 5, "DELETE /servers/42"]
    assert (hcloud.waiter.waits, sum(hcloud.waiter.waits)) == ([1, 2, 4, 8, 16], 31)
