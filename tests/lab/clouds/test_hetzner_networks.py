"""Private networks, subnets and the addresses of servers in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.clouds.bench import Bench

ORDER = {"name": "gate", "server_type": "cx23", "image": "debian-12", "location": "fsn1"}
SUBNET = {"type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central"}


@pytest.fixture
def network(bench: Bench) -> int:
    body = {"name": "backbone", "ip_range": "10.0.0.0/16", "labels": {}, "expose_routes_to_vswitch": False}
    number: int = bench.made("/networks", body, "network")["id"]
    return number


def code(answer: tuple[int, Any]) -> str:
    return str(answer[1]["error"]["code"]) if "error" in answer[1] else "done"


def subnet_call(bench: Bench, network: int, verb: str, body: object) -> str:
    return code(bench.hetzner("POST", f"/networks/{network}/actions/{verb}_subnet", body))


def test_a_network_is_shown_with_every_field(bench: Bench, network: int) -> None:
    assert subnet_call(bench, network, "add", SUBNET) == "done"
    assert bench.hetzner("GET", f"/networks/{network}") == (
        200,
        {
            "network": {
                "id": network,
                "name": "backbone",
                "ip_range": "10.0.0.0/16",
                "subnets": [SUBNET | {"gateway": "10.0.0.1", "vswitch_id": None}],
                "routes": [],
                "servers": [],
                "load_balancers": [],
                "protection": {"delete": False},
                "labels": {},
                "created": "2026-03-01T12:00:00+00:00",
                "expose_routes_to_vswitch": False,
            }
        },
    )


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ip_range": "192.0.2.0/24"}, ["ip_range"]),
        ({"ip_range": "10.0.0.1/16"}, ["ip_range"]),
        ({"name": ""}, ["name"]),
        ({"ip_range": 7, "size": 1}, ["ip_range", "size"]),
    ],
)
def test_a_network_that_is_refused(bench: Bench, changes: dict[str, Any], fields: list[str]) -> None:
    status, answer = bench.hetzner("POST", "/networks", {"name": "n", "ip_range": "10.0.0.0/16"} | changes)
    assert (status, [field["name"] for field in answer["error"]["details"]["fields"]]) == (422, fields)


def test_subnets_stay_inside_and_do_not_overlap(bench: Bench, network: int) -> None:
    assert [
        subnet_call(bench, network, "add", SUBNET),
        subnet_call(bench, network, "add", SUBNET | {"ip_range": "10.0.1.128/25"}),
        subnet_call(bench, network, "add", SUBNET | {"ip_range": "10.1.0.0/24"}),
        subnet_call(bench, network, "add", SUBNET | {"ip_range": "10.0.2.0/31"}),
        subnet_call(bench, network, "add", SUBNET | {"network_zone": "eu-west"}),
        subnet_call(bench, network, "add", {"type": "cloud", "network_zone": "eu-central"}),
        subnet_call(bench, network, "delete", {"ip_range": "10.0.9.0/24"}),
        subnet_call(bench, network, "delete", {"ip_range": "10.0.1.0/24"}),
    ] == ["done", *["invalid_input"] * 4, "done", "not_found", "done"]
    subnets = bench.hetzner("GET", f"/networks/{network}")[1]["network"]["subnets"]
    assert [subnet["ip_range"] for subnet in subnets] == ["10.0.0.0/24"]


def test_addresses_of_servers(bench: Bench, network: int) -> None:
    other = bench.made("/networks", {"name": "empty", "ip_range": "10.9.0.0/16"}, "network")["id"]
    for ip_range in ("10.0.0.0/24", "10.0.1.0/24"):
        subnet_call(bench, network, "add", SUBNET | {"ip_range": ip_range})
    numbers = [bench.made("/servers", ORDER | {"name": name}, "server")["id"] for name in ("a", "b", "c")]
    wishes: list[tuple[int, dict[str, Any]]] = [
        (numbers[0], {"network": network}),
        (numbers[0], {"network": network}),
        (numbers[0], {"network": other}),
        (numbers[1], {"network": network, "ip": "10.0.0.2"}),
        (numbers[1], {"network": network, "ip": "10.0.7.7"}),
        (numbers[1], {"network": network, "ip": "10.0.0.9", "ip_range": "10.0.1.0/24"}),
        (numbers[1], {"network": network, "ip_range": "10.0.1.0/24"}),
        (numbers[2], {"network": network, "ip": "10.0.0.1"}),
        (numbers[2], {"network": 7}),
    ]
    seen = [
        code(bench.hetzner("POST", f"/servers/{number}/actions/attach_to_network", wish))
        for number, wish in wishes
    ]
    assert seen == [
        "done",
        "server_already_attached",
        "no_subnet_available",
        "ip_not_available",
        "invalid_input",
        "invalid_input",
        "done",
        "ip_not_available",
        "not_found",
    ]
    nets = [bench.hetzner("GET", f"/servers/{number}")[1]["server"]["private_net"] for number in numbers]
    assert [[net["ip"] for net in held] for held in nets] == [["10.0.0.2"], ["10.0.1.1"], []]


def test_alias_addresses_and_detaching(bench: Bench, network: int) -> None:
    subnet_call(bench, network, "add", SUBNET)
    number = bench.made("/servers", ORDER | {"networks": [network]}, "server")["id"]
    path = f"/servers/{number}/actions"
    aliases = {"network": network, "alias_ips": ["10.0.1.50", "10.0.1.51"]}
    assert code(bench.hetzner("POST", f"{path}/change_alias_ips", aliases)) == "done"
    held = bench.hetzner("GET", f"/servers/{number}")[1]["server"]["private_net"]
    assert [(net["ip"], net["alias_ips"]) for net in held] == [("10.0.1.1", ["10.0.1.50", "10.0.1.51"])]
    assert code(bench.hetzner("POST", f"{path}/detach_from_network", {"network": network})) == "done"
    assert (
        code(bench.hetzner("POST", f"{path}/detach_from_network", {"network": network}))
        == "server_not_attached"
    )


def test_a_subnet_in_use_stays_and_a_deleted_network_detaches(bench: Bench, network: int) -> None:
    subnet_call(bench, network, "add", SUBNET)
    number = bench.made("/servers", ORDER | {"networks": [network]}, "server")["id"]
    status, answer = bench.hetzner(
        "POST", f"/networks/{network}/actions/delete_subnet", {"ip_range": "10.0.1.0/24"}
    )
    assert (status, answer["error"]["code"], answer["error"]["message"]) == (
        500,
        "service_error",
        "cannot remove subnet because servers are attached to it",
    )
    protect = f"/networks/{network}/actions/change_protection"
    bench.made(protect, {"delete": True}, "action")
    assert code(bench.hetzner("DELETE", f"/networks/{network}")) == "protected"
    bench.made(protect, {"delete": False}, "action")
    assert bench.hetzner("DELETE", f"/networks/{network}") == (204, None)
    assert bench.hetzner("GET", f"/servers/{number}")[1]["server"]["private_net"] == []


def test_a_network_that_is_being_changed_answers_conflict(play: Callable[..., Bench]) -> None:
    bench = play(hetzner={"action_seconds": 0.5})
    network = bench.made("/networks", {"name": "n", "ip_range": "10.0.0.0/16"}, "network")["id"]
    assert [
        subnet_call(bench, network, "add", SUBNET),
        subnet_call(bench, network, "add", SUBNET | {"ip_range": "10.0.2.0/24"}),
    ] == ["done", "conflict"]


def test_names_and_labels_change_in_place(bench: Bench, network: int) -> None:
    bench.made("/networks", {"name": "taken", "ip_range": "10.0.0.0/16"}, "network")
    changed = bench.hetzner("PUT", f"/networks/{network}", {"name": "core", "labels": {"a": "b"}})[1][
        "network"
    ]
    assert (changed["name"], changed["labels"]) == ("core", {"a": "b"})
    assert code(bench.hetzner("PUT", f"/networks/{network}", {"name": "taken"})) == "uniqueness_error"
