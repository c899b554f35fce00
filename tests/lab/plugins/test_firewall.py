from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.resource_type import PartiallyCreatedError
from tests.lab.plugins.answers import ended, failed, poll, running
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.verbs import Hcloud

RULE = {"direction": "in", "protocol": "tcp", "port": "22", "sourceIps": ["192.0.2.1", "2001:DB8::/32"]}
INPUTS: dict[str, Any] = {"name": "ssh", "rules": [RULE]}
FOUND: dict[str, Any] = {
    "id": 8,
    "name": "ssh",
    "labels": {},
    "applied_to": [],
    "rules": [
        {
            "direction": "in",
            "protocol": "tcp",
            "port": "22",
            "source_ips": ["192.0.2.1/32", "2001:db8::/32"],
            "destination_ips": [],
            "description": None,
        }
    ],
}
STATE: dict[str, Any] = {
    "id": "8",
    "name": "ssh",
    "labels": {},
    "applyTos": [],
    "rules": [RULE | {"sourceIps": ["192.0.2.1/32", "2001:db8::/32"], "destinationIps": []}],
}
APPLIED = {"type": "server", "server": {"id": 42}}
REMOVE = "POST /firewalls/8/actions/remove_from_resources"
APPLY = "POST /firewalls/8/actions/apply_to_resources"


def test_create_normalises_addresses(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /firewalls", (201, {"firewall": {"id": 8}, "actions": [running(9)]}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND})
    assert hcloud.create("Firewall", INPUTS) == ("8", STATE)
    assert hcloud.api.asked() == [
        (
            'POST /firewalls {"name": "ssh", "rules": [{"direction": "in", "protocol": "tcp", "port": "22", '
            '"source_ips": ["192.0.2.1/32", "2001:db8::/32"]}]}'
        ),
        poll(9),
        "GET /firewalls/8",
    ]


def test_the_second_preview_is_silent_and_a_refresh_keeps_what_was_written(hcloud: Hcloud) -> None:
    assert hcloud.diff("Firewall", STATE, INPUTS) == {}
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND})
    found = hcloud.read("Firewall", "8", STATE, INPUTS)
    assert found is not None
    assert found.inputs.values == INPUTS


def test_a_failed_action_forgets_it(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /firewalls", (201, {"firewall": {"id": 8}, "actions": [failed(9)]}))
    with pytest.raises(RemoteError) as raised:
        hcloud.create("Firewall", INPUTS)
    assert not isinstance(raised.value, PartiallyCreatedError)


def test_update(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND})
    hcloud.api.on("PUT /firewalls/8", {"firewall": FOUND})
    hcloud.api.on("POST /firewalls/8/actions/set_rules", (201, {"actions": [running(9)]}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    rules = [RULE | {"port": "2222", "description": "ssh"}]
    wanted = {"name": "shell", "labels": {"a": "b"}, "rules": rules}
    hcloud.update("Firewall", "8", STATE, wanted)
    assert hcloud.api.asked() == [
        "GET /firewalls/8",
        'PUT /firewalls/8 {"name": "shell"}',
        (
            'POST /firewalls/8/actions/set_rules {"rules": [{"direction": "in", "protocol": "tcp", '
            '"port": "2222", "source_ips": ["192.0.2.1/32", "2001:db8::/32"], "description": "ssh"}]}'
        ),
        poll(9),
        'PUT /firewalls/8 {"labels": {"a": "b"}}',
        "GET /firewalls/8",
    ]


@pytest.mark.parametrize("inputs", [{"name": "ssh", "rules": []}, {"name": "ssh"}])
def test_rules_are_never_taken_away(hcloud: Hcloud, inputs: dict[str, Any]) -> None:
    assert hcloud.diff("Firewall", STATE, inputs) == {"rules": "delete"}
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND})
    outputs = hcloud.update("Firewall", "8", STATE, inputs)
    assert hcloud.api.asked() == ["GET /firewalls/8", "GET /firewalls/8"]
    assert hcloud.diff("Firewall", outputs, inputs) == {"rules": "delete"}


def test_labels_left_out_stay(hcloud: Hcloud) -> None:
    assert hcloud.diff("Firewall", STATE | {"labels": {"a": "b"}}, INPUTS) == {}


def test_delete_takes_it_off_and_tries_again_while_it_is_in_use(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND | {"applied_to": [APPLIED]}})
    hcloud.api.on(REMOVE, (201, {"actions": [ended(9)]}))
    hcloud.api.on("DELETE /firewalls/8", error(422, "resource_in_use", "in use"), (204, None))
    hcloud.delete("Firewall", "8", STATE)
    assert hcloud.api.asked() == [
        "GET /firewalls/8",
        f'{REMOVE} {{"remove_from": [{{"type": "server", "server": {{"id": 42}}}}]}}',
        "DELETE /firewalls/8",
        "DELETE /firewalls/8",
    ]


def test_what_has_vanished_would_crash(hcloud: Hcloud) -> None:
    with pytest.raises(
        RemoteError, match="deletion of a firewall that is gone: the real plugin crashes here"
    ):
        hcloud.delete("Firewall", "8", STATE)


def test_what_is_refused(hcloud: Hcloud) -> None:
    rules = [{"direction": "up", "protocol": "tcp", "sourceIps": ["192.0.2.1/24"]}]
    assert hcloud.refused("Firewall", {"name": "ssh", "rules": rules, "applyTos": [{"server": 1}]}) == [
        "rules[0].direction: must be one of in, out, not 'up'",
        (
            "rules[0].sourceIps[0]: 192.0.2.1/24 has host bits set; "
            "a firewall takes an address or the start of a range"
        ),
        (
            "applyTos: is not supported by the lab's stand-in: "
            "use the server's firewallIds or a FirewallAttachment; several ways fight"
        ),
    ]


def test_attachment_create(hcloud: Hcloud) -> None:
    hcloud.api.on(APPLY, (201, {"actions": [running(9)]}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND | {"applied_to": [APPLIED]}})
    created = hcloud.create("FirewallAttachment", {"firewallId": 8, "serverIds": [42]})
    assert created == ("8", {"id": "8", "firewallId": 8, "serverIds": [42]})
    assert hcloud.api.asked() == [
        f'{APPLY} {{"apply_to": [{{"type": "server", "server": {{"id": 42}}}}]}}',
        poll(9),
        "GET /firewalls/8",
    ]


def test_attachment_that_is_there_already_is_read(hcloud: Hcloud) -> None:
    hcloud.api.on(APPLY, error(409, "firewall_already_applied", "already applied"))
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND | {"applied_to": [APPLIED]}})
    assert hcloud.create("FirewallAttachment", {"firewallId": 8, "serverIds": [42]})[0] == "8"


def test_attachment_never_notices_a_detached_server_but_a_further_one(hcloud: Hcloud) -> None:
    state = {"id": "8", "firewallId": 8, "serverIds": [42]}
    inputs = {"firewallId": 8, "serverIds": [42]}
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND})
    found = hcloud.read("FirewallAttachment", "8", state, inputs)
    assert found is not None
    assert (found.outputs.values, found.inputs.values) == (state, inputs)
    other = {"type": "server", "server": {"id": 43}}
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND | {"applied_to": [other]}})
    found = hcloud.read("FirewallAttachment", "8", state, inputs)
    assert found is not None
    assert hcloud.diff("FirewallAttachment", dict(found.outputs.values), inputs) == {"serverIds[1]": "delete"}


def test_attachment_update_compares_with_the_api(hcloud: Hcloud) -> None:
    selector = {"type": "label_selector", "label_selector": {"selector": "role=ns"}}
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND | {"applied_to": [APPLIED]}})
    hcloud.api.on(REMOVE, (201, {"actions": [running(9)]}))
    hcloud.api.on(APPLY, (201, {"actions": [running(10)]}))
    hcloud.api.on(poll(9, 10), {"actions": [ended(9), ended(10)]})
    state = {"id": "8", "firewallId": 8, "serverIds": [42]}
    hcloud.update("FirewallAttachment", "8", state, {"firewallId": 8, "labelSelectors": ["role=ns"]})
    assert hcloud.api.asked() == [
        "GET /firewalls/8",
        f'{REMOVE} {{"remove_from": [{{"type": "server", "server": {{"id": 42}}}}]}}',
        f'{APPLY} {{"apply_to": [{str(selector).replace(chr(39), chr(34))}]}}',
        poll(9, 10),
        "GET /firewalls/8",
    ]


def test_attachment_delete_import_and_replacement(hcloud: Hcloud) -> None:
    state = {"id": "8", "firewallId": 8, "serverIds": [42]}
    hcloud.api.on(REMOVE, (201, {"actions": [ended(9)]}))
    hcloud.delete("FirewallAttachment", "8", state)
    assert hcloud.api.asked() == [
        f'{REMOVE} {{"remove_from": [{{"type": "server", "server": {{"id": 42}}}}]}}'
    ]
    hcloud.api.on("GET /firewalls/8", {"firewall": FOUND | {"applied_to": [APPLIED]}})
    found = hcloud.read("FirewallAttachment", "8", {}, {})
    assert found is not None
    assert found.outputs.values == state
    wanted = {"firewallId": 9, "serverIds": [42]}
    assert hcloud.diff("FirewallAttachment", state, wanted) == {"firewallId": "update-replace"}


def test_attachment_of_nothing_fails_when_it_is_made(hcloud: Hcloud) -> None:
    with pytest.raises(RemoteError, match="no resources referenced"):
        hcloud.create("FirewallAttachment", {"firewallId": 8})
