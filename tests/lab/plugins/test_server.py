from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import UNKNOWN, Properties
from ffinfra.provider.resource_type import PartiallyCreatedError
from tests.lab.plugins.answers import ended, failed, poll, running
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.servers import FOUND, INPUTS, LOOKUPS, STATE, USER_DATA, on_actions, on_creation
from tests.lab.plugins.verbs import Hcloud, checked

SMALL_BODY = (
    'POST /servers {"name": "ns1", "server_type": "ccx13", "image": 100, "ssh_keys": [7], '
    '"location": "fsn1", "user_data": "#cloud-config\\n"'
)


def test_create_looks_up_posts_waits_and_reads(hcloud: Hcloud) -> None:
    on_creation(hcloud.api)
    answer = {"server": FOUND, "action": running(1), "next_actions": [running(2), running(3)]}
    hcloud.api.on("POST /servers", (201, answer))
    for number in (1, 2, 3):
        hcloud.api.on(poll(number), {"actions": [ended(number)]})
    assert hcloud.create("Server", INPUTS) == ("42", STATE)
    assert hcloud.api.asked() == [
        *LOOKUPS,
        f"{SMALL_BODY}}}",
        poll(1),
        poll(2),
        poll(3),
        "GET /servers/42",
    ]


def test_create_with_everything(hcloud: Hcloud) -> None:
    on_creation(hcloud.api)
    on_actions(hcloud.api, "attach_to_network", "enable_backup", "change_protection", still_running=9)
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    more = {
        "labels": {"a": "b"},
        "firewallIds": [8],
        "placementGroupId": 6,
        "publicNets": [{"ipv4": "5", "ipv6Enabled": False}],
        "networks": [
            {"networkId": 4, "ip": "10.0.1.2", "aliasIps": ["10.0.1.3"]},
            {"subnetId": "5-10.1.0.0/24"},
        ],
        "backups": True,
        "deleteProtection": True,
        "rebuildProtection": True,
    }
    hcloud.create("Server", INPUTS | more)
    assert hcloud.api.asked() == [
        *LOOKUPS,
        "GET /placement_groups/6",
        (
            f'{SMALL_BODY}, "labels": {{"a": "b"}}, "firewalls": [{{"firewall": 8}}], "placement_group": 6, '
            '"public_net": {"enable_ipv4": true, "enable_ipv6": false, "ipv4": 5}}'
        ),
        (
            "POST /servers/42/actions/attach_to_network "
            '{"network": 4, "ip": "10.0.1.2", "alias_ips": ["10.0.1.3"]}'
        ),
        poll(9),
        'POST /servers/42/actions/attach_to_network {"network": 5, "ip_range": "10.1.0.0/24"}',
        poll(9),
        "POST /servers/42/actions/enable_backup",
        poll(9),
        'POST /servers/42/actions/change_protection {"rebuild": true, "delete": true}',
        poll(9),
        "GET /servers/42",
    ]


def test_without_a_public_net_it_is_started_after_attaching(hcloud: Hcloud) -> None:
    on_creation(hcloud.api)
    on_actions(hcloud.api, "attach_to_network", "poweron")
    nets = {"publicNets": [{"ipv4Enabled": False, "ipv6Enabled": False}], "networks": [{"networkId": 4}]}
    hcloud.create("Server", INPUTS | nets)
    assert hcloud.api.asked()[3:] == [
        (
            f'{SMALL_BODY}, "public_net": {{"enable_ipv4": false, "enable_ipv6": false}}, '
            '"start_after_create": false}'
        ),
        'POST /servers/42/actions/attach_to_network {"network": 4}',
        "POST /servers/42/actions/poweron",
        "GET /servers/42",
    ]


@pytest.mark.parametrize("code", ["locked", "service_error", "no_subnet_available"])
def test_attaching_is_tried_five_times(hcloud: Hcloud, code: str) -> None:
    on_creation(hcloud.api)
    hcloud.api.on("POST /servers/42/actions/attach_to_network", error(423, code, "busy"))
    with pytest.raises(PartiallyCreatedError, match=rf"^busy \({code}\)$"):
        hcloud.create("Server", INPUTS | {"networks": [{"networkId": 4}]})
    assert (len(hcloud.api.asked()) - 4, hcloud.waiter.waits) == (5, [1, 2, 4, 8, 16])


def test_being_attached_already_is_good(hcloud: Hcloud) -> None:
    on_creation(hcloud.api)
    hcloud.api.on(
        "POST /servers/42/actions/attach_to_network", error(409, "server_already_attached", "already")
    )
    assert hcloud.create("Server", INPUTS | {"networks": [{"networkId": 4}]})[0] == "42"


def test_what_failed_half_way_needs_two_more_runs(hcloud: Hcloud) -> None:
    inputs = INPUTS | {"backups": True}
    on_creation(hcloud.api)
    hcloud.api.on("POST /servers", (201, {"server": FOUND, "action": failed(1)}))
    with pytest.raises(PartiallyCreatedError) as raised:
        hcloud.create("Server", inputs)
    left = raised.value.outputs.values
    assert (left["id"], left["backups"], left["userData"]) == ("42", True, STATE["userData"])
    hcloud.api.asked()

    outputs = hcloud.update("Server", "42", dict(left), inputs)
    assert hcloud.api.asked() == ["GET /servers/42", "GET /servers/42"]
    assert hcloud.diff("Server", outputs, inputs) == {"backups": "add"}
    on_actions(hcloud.api, "enable_backup")
    hcloud.update("Server", "42", outputs, inputs)
    assert hcloud.api.asked() == [
        "GET /servers/42",
        "POST /servers/42/actions/enable_backup",
        "GET /servers/42",
    ]


@pytest.mark.parametrize(
    ("request_line", "text"),
    [
        (LOOKUPS[0], "server type ccx13 not found"),
        (LOOKUPS[1], "image debian-12 for architecture x86 not found"),
        (LOOKUPS[2], "SSH key not found: 7"),
    ],
)
def test_what_does_not_exist_shows_only_now(hcloud: Hcloud, request_line: str, text: str) -> None:
    on_creation(hcloud.api)
    hcloud.api.on("GET /ssh_keys?name=7", {"ssh_keys": []})
    if "?" in request_line:
        hcloud.api.on(request_line, {"server_types": [], "images": []})
    else:
        del hcloud.api.answers[request_line]
    with pytest.raises(RemoteError) as raised:
        hcloud.create("Server", INPUTS)
    assert str(raised.value) == text


def test_a_preview_asks_nothing_and_shows_the_hash(hcloud: Hcloud) -> None:
    kind = hcloud.kind("Server")
    filled = checked(kind, INPUTS)
    assert filled.values["userData"] == USER_DATA
    planned = kind.create("thing", filled, preview=True)[1].values
    assert (planned["userData"], planned["ipv4Address"]) == (STATE["userData"], UNKNOWN)
    assert hcloud.api.asked() == []


def test_secret_user_data_stays_secret(hcloud: Hcloud) -> None:
    on_creation(hcloud.api)
    kind = hcloud.kind("Server")
    inputs = kind.fill_in("thing", Properties(INPUTS, frozenset({"userData"})), Properties(), b"seed")
    _, outputs = kind.create("thing", inputs, preview=False)
    assert (outputs.values["userData"], outputs.secret_keys) == (STATE["userData"], frozenset({"userData"}))


def test_the_second_preview_is_silent_after_create_and_refresh(hcloud: Hcloud) -> None:
    nets = {
        "publicNets": [{"ipv4": 5}],
        "networks": [{"subnetId": "4-10.0.1.0/24", "ip": "10.0.1.2"}],
        "firewallIds": [8],
        "backups": True,
        "labels": {"a": "b"},
        "placementGroupId": 6,
        "deleteProtection": True,
    }
    on_creation(
        hcloud.api,
        labels={"a": "b"},
        backup_window="22-02",
        placement_group={"id": 6},
        protection={"delete": True, "rebuild": False},
        private_net=[{"network": 4, "ip": "10.0.1.2", "alias_ips": [], "mac_address": "86:00:00:00:00:01"}],
        public_net=FOUND["public_net"] | {"firewalls": [{"id": 8, "status": "applied"}]},
    )
    on_actions(hcloud.api, "attach_to_network", "enable_backup", "change_protection")
    inputs = INPUTS | nets
    _, outputs = hcloud.create("Server", inputs)
    assert outputs["networks"] == [
        {
            "ip": "10.0.1.2",
            "macAddress": "86:00:00:00:00:01",
            "aliasIps": [],
            "networkId": 4,
            "subnetId": "4-10.0.1.0/24",
        }
    ]
    assert hcloud.diff("Server", outputs, inputs) == {}
    filled = dict(checked(hcloud.kind("Server"), inputs).values)
    found = hcloud.read("Server", "42", outputs, filled)
    assert found is not None
    assert found.outputs.values == outputs
    assert found.inputs.values == {key: value for key, value in filled.items() if key != "__defaults"}


def test_public_nets_are_never_read_back_and_off_is_no_difference(hcloud: Hcloud) -> None:
    state = STATE | {"publicNets": [{"ipv4": 5, "ipv4Enabled": True, "ipv6Enabled": True}]}
    inputs = INPUTS | {"publicNets": [{"ipv4": 5}]}
    moved = FOUND | {"status": "off", "public_net": {"ipv4": None, "ipv6": None, "firewalls": []}}
    hcloud.api.on("GET /servers/42", {"server": moved})
    found = hcloud.read("Server", "42", state, inputs)
    assert found is not None
    outputs = dict(found.outputs.values)
    assert (outputs["status"], outputs["ipv6Network"], "ipv4Address" in outputs) == ("off", "<nil>", False)
    assert outputs["publicNets"] == state["publicNets"]
    assert hcloud.diff("Server", outputs, inputs) == {}


def test_import(hcloud: Hcloud) -> None:
    firewalls = FOUND["public_net"] | {"firewalls": [{"id": 8}]}
    hcloud.api.on("GET /servers/42", {"server": FOUND | {"public_net": firewalls, "labels": {"a": "b"}}})
    found = hcloud.read("Server", "42", {}, {})
    assert found is not None
    told = {
        "name": "ns1",
        "serverType": "ccx13",
        "image": "debian-12",
        "location": "fsn1",
        "labels": {"a": "b"},
        "firewallIds": [8],
        "__defaults": [],
    }
    assert found.inputs.values == told
    assert hcloud.diff("Server", dict(found.outputs.values), INPUTS | {"labels": {"a": "b"}}) == {
        "sshKeys": "add-replace",
        "userData": "add-replace",
        "(first)": "delete",
    }


def test_an_image_named_by_number_stays_a_number(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /servers/42", {"server": FOUND})
    found = hcloud.read("Server", "42", STATE | {"image": "100"}, {})
    assert found is not None
    assert found.outputs.values["image"] == "100"


def test_a_404_is_followed_by_a_search_by_name(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /servers?name=42", {"servers": []})
    assert hcloud.read("Server", "42", STATE, {}) is None
    assert hcloud.api.asked() == ["GET /servers/42", "GET /servers?name=42"]


def test_defaults_are_filled_in_and_listed_inside_objects_too(hcloud: Hcloud) -> None:
    inputs = {"serverType": "ccx13", "publicNets": [{"ipv4": "5"}], "networks": [{"networkId": "4"}]}
    assert checked(hcloud.kind("Server"), inputs).values == {
        "name": "thing-19b2585",
        "serverType": "ccx13",
        "publicNets": [
            {
                "ipv4": 5,
                "ipv4Enabled": True,
                "ipv6Enabled": True,
                "__defaults": ["ipv4Enabled", "ipv6Enabled"],
            }
        ],
        "networks": [{"networkId": 4, "aliasIps": [], "__defaults": []}],
        "backups": False,
        "deleteProtection": False,
        "ignoreRemoteFirewallIds": False,
        "keepDisk": False,
        "rebuildProtection": False,
        "shutdownBeforeDeletion": False,
        "__defaults": [
            "backups",
            "deleteProtection",
            "ignoreRemoteFirewallIds",
            "keepDisk",
            "name",
            "rebuildProtection",
            "shutdownBeforeDeletion",
        ],
    }


def test_what_replaces(hcloud: Hcloud) -> None:
    assert hcloud.diff("Server", STATE, INPUTS) == {}
    for change in ({"image": "debian-13"}, {"location": "hel1"}, {"userData": "#!/bin/sh\n"}):
        expected = dict.fromkeys(change, "update-replace") | {"(first)": "delete"}
        assert hcloud.diff("Server", STATE, INPUTS | change) == expected
    keys = hcloud.diff("Server", STATE, INPUTS | {"sshKeys": ["7", "8"]})
    assert keys == {"sshKeys[1]": "add-replace", "(first)": "delete"}
    unknown = hcloud.diff("Server", STATE, INPUTS | {"sshKeys": [UNKNOWN]})
    assert unknown == {"sshKeys[0]": "update-replace", "(first)": "delete"}


def test_what_changes_in_place(hcloud: Hcloud) -> None:
    wanted = {
        "name": "ns2",
        "serverType": "ccx23",
        "labels": {"a": "b"},
        "backups": True,
        "placementGroupId": 6,
        "deleteProtection": True,
        "publicNets": [{"ipv4": 5}],
        "networks": [{"networkId": 4}],
        "firewallIds": [8],
    }
    assert hcloud.diff("Server", STATE, INPUTS | wanted) == {
        "name": "update",
        "serverType": "update",
        "labels": "add",
        "backups": "add",
        "placementGroupId": "add",
        "deleteProtection": "add",
        "publicNets": "add",
        "networks": "add",
        "firewallIds": "add",
    }


def test_remote_firewalls_can_be_ignored(hcloud: Hcloud) -> None:
    state, inputs = STATE | {"firewallIds": [8, 9]}, INPUTS | {"firewallIds": [8]}
    assert hcloud.diff("Server", state, inputs) == {"firewallIds[1]": "delete"}
    assert (
        hcloud.diff(
            "Server", state | {"ignoreRemoteFirewallIds": True}, inputs | {"ignoreRemoteFirewallIds": True}
        )
        == {}
    )


def test_networks_that_are_being_replaced_would_crash_the_preview(hcloud: Hcloud) -> None:
    state = STATE | {"networks": [{"networkId": 4}]}
    with pytest.raises(RemoteError, match="can't use ElementIterator on unknown value"):
        hcloud.diff("Server", state, INPUTS | {"networks": [{"networkId": UNKNOWN}]})
    assert hcloud.diff("Server", STATE, INPUTS | {"networks": [{"networkId": UNKNOWN}]}) == {
        "networks": "add"
    }


def networks(*items: dict[str, Any]) -> dict[str, Any]:
    return INPUTS | {"networks": list(items)}


def test_what_is_refused(hcloud: Hcloud) -> None:
    assert hcloud.refused("Server", networks({"ip": "10.0.1.2"})) == [
        "networks[0]: must specify either network_id or subnet_id"
    ]
    assert hcloud.refused("Server", networks({"networkId": 4}, {"subnetId": "4-10.0.1.0/24"})) == [
        "networks[1]: server is only allowed to be attached to each network once: 4"
    ]
    outside = {"subnetId": "4-10.0.1.0/24", "networkId": 5, "ip": "10.0.2.2"}
    assert hcloud.refused("Server", networks(outside)) == [
        "networks[0]: subnet_id (4-10.0.1.0/24) does not belong to the specified network_id (5)",
        "networks[0]: server IP (10.0.2.2) is outside subnet IP range (10.0.1.0/24)",
    ]
    assert hcloud.refused("Server", INPUTS | {"image": "", "rescue": "linux64"}) == [
        "image: must have more than 0 characters",
        (
            "rescue: is not supported by the lab's stand-in: "
            "the lab's machines have neither ISO images nor a rescue system"
        ),
    ]
