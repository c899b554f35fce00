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
    "id": 4,
    "name": "backbone",
    "ip_range": "10.0.0.0/16",
    "labels": {},
    "protection": {"delete": False},
    "expose_routes_to_vswitch": False,
    "subnets": [
        {"type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central", "gateway": "10.0.0.1"}
    ],
}
STATE: dict[str, Any] = {
    "id": "4",
    "name": "backbone",
    "ipRange": "10.0.0.0/16",
    "labels": {},
    "deleteProtection": False,
    "exposeRoutesToVswitch": False,
}
INPUTS = {"name": "backbone", "ipRange": "10.0.0.0/16"}
SUBNET: dict[str, Any] = {
    "networkId": 4,
    "type": "cloud",
    "networkZone": "eu-central",
    "ipRange": "10.0.1.0/24",
}
SUBNET_STATE = SUBNET | {"id": "4-10.0.1.0/24", "gateway": "10.0.0.1"}
DELETE_SUBNET = "POST /networks/4/actions/delete_subnet"


def test_create_protects_and_reads(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /networks", (201, {"network": {"id": 4}}))
    hcloud.api.on("POST /networks/4/actions/change_protection", (201, {"action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on("GET /networks/4", {"network": FOUND | {"protection": {"delete": True}}})
    outputs = hcloud.create("Network", INPUTS | {"deleteProtection": True, "labels": {"a": "b"}})[1]
    assert outputs == STATE | {"deleteProtection": True}
    assert hcloud.api.asked() == [
        (
            'POST /networks {"name": "backbone", "ip_range": "10.0.0.0/16", '
            '"expose_routes_to_vswitch": false, "labels": {"a": "b"}}'
        ),
        'POST /networks/4/actions/change_protection {"delete": true}',
        poll(9),
        "GET /networks/4",
    ]


def test_defaults_are_filled_in_and_listed(hcloud: Hcloud) -> None:
    kind = hcloud.kind("Network")
    filled = kind.fill_in("net", Properties({"ipRange": "10.0.0.0/16"}), Properties(), b"seed")
    assert filled.values == {
        "ipRange": "10.0.0.0/16",
        "name": "net-19b2585",
        "deleteProtection": False,
        "exposeRoutesToVswitch": False,
        "__defaults": ["deleteProtection", "exposeRoutesToVswitch", "name"],
    }


def test_what_failed_half_way_stays_in_the_state(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /networks", (201, {"network": {"id": 4}}))
    hcloud.api.on("POST /networks/4/actions/change_protection", (201, {"action": failed(9)}))
    with pytest.raises(PartiallyCreatedError) as raised:
        hcloud.create("Network", INPUTS | {"deleteProtection": True})
    left = raised.value
    assert (left.id, left.reason) == ("4", "Action failed for a reason (action_failed, 9)")
    assert left.outputs.values["deleteProtection"] is True
    hcloud.api.asked()

    hcloud.api.on("GET /networks/4", {"network": FOUND})
    inputs = INPUTS | {"deleteProtection": True}
    outputs = hcloud.update("Network", "4", dict(left.outputs.values), inputs)
    assert hcloud.api.asked() == ["GET /networks/4", "GET /networks/4"]
    assert hcloud.diff("Network", outputs, inputs) == {"deleteProtection": "add"}


def test_an_answer_without_a_range_replaces_it_for_ever(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /networks", (201, {"network": {"id": 4}}))
    hcloud.api.on("GET /networks/4", {"network": {"id": 4, "name": "backbone"}})
    _, outputs = hcloud.create("Network", INPUTS)
    changes = hcloud.diff("Network", outputs, INPUTS)
    assert changes == {"ipRange": "update-replace", "(first)": "delete"}


def test_a_subnet_that_the_network_does_not_tell_is_lost(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /networks/4/actions/add_subnet", (201, {"action": ended(9)}))
    hcloud.api.on("GET /networks/4", {"network": {"id": 4}})
    with pytest.raises(RemoteError, match="expected non-nil error with nil state"):
        hcloud.create("NetworkSubnet", SUBNET)


def test_an_update_that_fails_keeps_the_state_and_has_the_next_run_update(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    hcloud.api.on("PUT /networks/4", error(409, "uniqueness_error", "name is taken"))
    with pytest.raises(PartiallyCreatedError) as raised:
        hcloud.update("Network", "4", STATE, INPUTS | {"name": "mesh"})
    left = raised.value
    assert (left.outputs.values, left.inputs.values["name"]) == (STATE, "mesh")
    assert left.reason == "name is taken (uniqueness_error)"


def test_a_404_is_followed_by_a_search_by_name(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks?name=4", {"networks": []})
    assert hcloud.read("Network", "4", STATE, {}) is None
    assert hcloud.api.asked() == ["GET /networks/4", "GET /networks?name=4"]


def test_update_is_one_put_for_each_field(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    hcloud.api.on("PUT /networks/4", {"network": FOUND})
    hcloud.api.on("POST /networks/4/actions/change_protection", (201, {"action": ended(9)}))
    wanted = {"name": "mesh", "ipRange": "10.0.0.0/16", "labels": {"a": "b"}, "deleteProtection": True}
    hcloud.update("Network", "4", STATE, wanted | {"exposeRoutesToVswitch": True})
    assert hcloud.api.asked() == [
        "GET /networks/4",
        'PUT /networks/4 {"name": "mesh"}',
        'PUT /networks/4 {"labels": {"a": "b"}}',
        'PUT /networks/4 {"expose_routes_to_vswitch": true}',
        'POST /networks/4/actions/change_protection {"delete": true}',
        "GET /networks/4",
    ]


def test_updating_what_has_vanished_fails(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks?name=4", {"networks": []})
    with pytest.raises(RemoteError, match="run `pulumi refresh`"):
        hcloud.update("Network", "4", STATE, INPUTS | {"name": "mesh"})


def test_a_named_network_is_deleted_before_it_is_replaced(hcloud: Hcloud) -> None:
    other = {"ipRange": "10.1.0.0/16"}
    assert hcloud.diff("Network", STATE, INPUTS) == {}
    assert hcloud.diff("Network", STATE, INPUTS | other) == {"ipRange": "update-replace", "(first)": "delete"}
    kind = hcloud.kind("Network")
    old = kind.fill_in("net", Properties({"ipRange": "10.0.0.0/16"}), Properties(), b"seed")
    unnamed = kind.fill_in("net", Properties(other), old, b"seed")
    found = kind.diff(Properties(STATE | {"name": old.values["name"]}), unnamed)
    assert (found.delete_before_replace, list(found.changes)) == (False, ["ipRange"])


def test_protection_is_not_lifted_and_gone_is_good(hcloud: Hcloud) -> None:
    hcloud.delete("Network", "4", STATE)
    hcloud.api.on("DELETE /networks/4", error(423, "protected", "network is delete protected"))
    with pytest.raises(RemoteError) as raised:
        hcloud.delete("Network", "4", STATE)
    assert str(raised.value) == "network is delete protected (protected)"
    assert hcloud.api.asked() == ["DELETE /networks/4", "DELETE /networks/4"]


def test_bad_ranges_are_refused(hcloud: Hcloud) -> None:
    assert hcloud.refused("Network", INPUTS | {"ipRange": "10.0.0.0"}) == [
        "ipRange: '10.0.0.0' has no prefix length, such as 10.0.0.0/16"
    ]
    assert hcloud.refused("NetworkSubnet", SUBNET | {"ipRange": "net"}) == [
        "ipRange: 'net' is no address range like 10.0.1.0/24"
    ]
    assert hcloud.refused("NetworkSubnet", SUBNET | {"vswitchId": 1}) == [
        "vswitchId: is not supported by the lab's stand-in: the lab has no Robot and so no vSwitches"
    ]


def test_subnet_create(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /networks/4/actions/add_subnet", (201, {"action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    assert hcloud.create("NetworkSubnet", SUBNET | {"networkId": "4"}) == ("4-10.0.1.0/24", SUBNET_STATE)
    assert hcloud.api.asked() == [
        (
            "POST /networks/4/actions/add_subnet "
            '{"type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central"}'
        ),
        poll(9),
        "GET /networks/4",
    ]


def test_subnet_read_and_import(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    found = hcloud.read("NetworkSubnet", "4-10.0.1.0/24", {}, {})
    assert found is not None
    assert (found.outputs.values, found.inputs.values) == (SUBNET_STATE, SUBNET | {"__defaults": []})
    assert hcloud.read("NetworkSubnet", "4-10.0.2.0/24", {}, {}) is None
    assert hcloud.read("NetworkSubnet", "5-10.0.1.0/24", {}, {}) is None


def test_everything_of_a_subnet_replaces_and_it_is_created_first(hcloud: Hcloud) -> None:
    assert hcloud.diff("NetworkSubnet", SUBNET_STATE, SUBNET) == {}
    wanted = {"networkId": 5, "type": "server", "networkZone": "us-east", "ipRange": "10.0.2.0/24"}
    assert hcloud.diff("NetworkSubnet", SUBNET_STATE, wanted) == dict.fromkeys(wanted, "update-replace")
    assert hcloud.diff("NetworkSubnet", SUBNET_STATE, SUBNET | {"networkId": UNKNOWN}) == {
        "networkId": "update-replace"
    }


def test_subnet_delete(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    hcloud.api.on(DELETE_SUBNET, (201, {"action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.delete("NetworkSubnet", "4-10.0.1.0/24", SUBNET_STATE)
    assert hcloud.api.asked() == [
        "GET /networks/4",
        f'{DELETE_SUBNET} {{"ip_range": "10.0.1.0/24"}}',
        poll(9),
    ]


def test_a_subnet_that_servers_hold_is_asked_for_50_times_and_then_forgotten(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    hcloud.api.on(DELETE_SUBNET, error(503, "service_error", "servers are attached"))
    hcloud.delete("NetworkSubnet", "4-10.0.1.0/24", SUBNET_STATE)
    assert len(hcloud.api.asked()) == 100
    assert hcloud.waiter.waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_other_errors_of_a_subnet_end_it(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /networks/4", {"network": FOUND})
    hcloud.api.on(DELETE_SUBNET, error(503, "service_error", "no idea"))
    with pytest.raises(RemoteError, match=r"no idea \(service_error\)"):
        hcloud.delete("NetworkSubnet", "4-10.0.1.0/24", SUBNET_STATE)
    assert len(hcloud.api.asked()) == 2


def test_a_subnet_gone_with_its_network_is_good_but_from_a_living_one_it_would_crash(hcloud: Hcloud) -> None:
    hcloud.delete("NetworkSubnet", "4-10.0.1.0/24", SUBNET_STATE)
    hcloud.api.on("GET /networks/4", {"network": FOUND | {"subnets": []}})
    with pytest.raises(RemoteError, match=r"the real plugin crashes here \(nil pointer dereference\)"):
        hcloud.delete("NetworkSubnet", "4-10.0.1.0/24", SUBNET_STATE)


def test_a_preview_of_a_network_shows_what_is_known(hcloud: Hcloud) -> None:
    kind = hcloud.kind("NetworkSubnet")
    assert kind.create("thing", checked(kind, SUBNET), preview=True)[1].values == SUBNET | {
        "gateway": UNKNOWN
    }
