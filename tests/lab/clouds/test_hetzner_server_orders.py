"""Ordering servers; the order of calls is the official plugin's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.servers import ORDER, done, ordered, read, refusal

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIYfDdTYlQJkTW2pvX8K1uCV8dJxkuRL0fIQoGoXHfmz admin@example"
NO_NET = {"public_net": {"enable_ipv4": False, "enable_ipv6": False}}


def test_the_plugins_order_of_a_server(bench: Bench, tmp_path: Path) -> None:
    """Type and image are looked up; primary IPs, firewall and group are in the body; networks follow."""
    images = "/images?architecture=x86&include_deprecated=true&name=debian-12"
    found = [
        bench.hetzner("GET", "/server_types?name=ccx13")[1]["server_types"][0]["name"],
        bench.hetzner("GET", images)[1]["images"][0]["id"],
        bench.hetzner("GET", "/locations?name=fsn1")[1]["locations"][0]["name"],
    ]
    key = bench.made("/ssh_keys", {"name": "admin", "public_key": PUBLIC_KEY, "labels": {}}, "ssh_key")["id"]
    group = bench.made("/placement_groups", {"name": "spread", "type": "spread"}, "placement_group")["id"]
    firewall = bench.made("/firewalls", {"name": "edge", "rules": []}, "firewall")["id"]
    network = bench.made("/networks", {"name": "backbone", "ip_range": "10.0.0.0/16"}, "network")["id"]
    subnet = {"type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central"}
    bench.made(f"/networks/{network}/actions/add_subnet", subnet, "action")
    ips = {
        version: bench.made(
            "/primary_ips",
            {"name": name, "type": version, "labels": {}, "auto_delete": False, "location": "fsn1"},
            "primary_ip",
        )["id"]
        for version, name in (("ipv4", "supernode1"), ("ipv6", "supernode1-v6"))
    }
    body = {
        "name": "supernode1",
        "server_type": "ccx13",
        "image": found[1],
        "ssh_keys": [key],
        "location": "fsn1",
        "user_data": "#cloud-config\n",
        "labels": {"role": "supernode"},
        "firewalls": [{"firewall": firewall}],
        "placement_group": group,
        "public_net": {"enable_ipv4": True, "enable_ipv6": True} | ips,
    }
    _, answer = bench.hetzner("POST", "/servers", body)
    number = answer["server"]["id"]
    assert (answer["action"]["command"], [step["command"] for step in answer["next_actions"]]) == (
        "create_server",
        ["start_server"],
    )
    steps = [
        done(
            bench,
            number,
            "attach_to_network",
            {"network": network, "ip": "10.0.1.7", "alias_ips": ["10.0.1.8"]},
        ),
        done(bench, number, "enable_backup"),
        done(bench, number, "change_protection", {"rebuild": True, "delete": True}),
    ]
    assert steps == ["attach_to_network success", "enable_backup success", "change_protection success"]
    server = read(bench, number)
    assert {
        name: server[name]
        for name in (
            *("name", "status", "labels", "public_net", "private_net", "protection"),
            *("backup_window", "primary_disk_size", "volumes"),
        )
    } == {
        "name": "supernode1",
        "status": "running",
        "labels": {"role": "supernode"},
        "public_net": {
            "ipv4": {
                "id": ips["ipv4"],
                "ip": "192.0.2.1",
                "blocked": False,
                "dns_ptr": "static.1.2.0.192.clients.your-server.example",
            },
            "ipv6": {"id": ips["ipv6"], "ip": "2001:db8:1::/64", "blocked": False, "dns_ptr": []},
            "floating_ips": [],
            "firewalls": [{"id": firewall, "status": "applied"}],
        },
        "private_net": [
            {
                "network": network,
                "ip": "10.0.1.7",
                "alias_ips": ["10.0.1.8"],
                "mac_address": "86:00:0a:00:01:07",
            }
        ],
        "protection": {"delete": True, "rebuild": True},
        "backup_window": "22-02",
        "primary_disk_size": 80,
        "volumes": [],
    }
    assert (server["location"]["name"], server["server_type"]["name"], server["image"]["name"]) == (
        "fsn1",
        "ccx13",
        "debian-12",
    )
    assert server["placement_group"]["servers"] == [number]
    assert bench.hetzner("GET", f"/networks/{network}")[1]["network"]["servers"] == [number]
    directory = tmp_path / "machines" / f"{number}-supernode1"
    assert {path.name: path.read_text() for path in directory.iterdir() if path.suffix != ".json"} == {
        "user-data": "#cloud-config\n",
        "meta-data": f"instance-id: i-{number}\nlocal-hostname: supernode1\npublic-keys:\n- {PUBLIC_KEY}\n",
    }
    assert json.loads((directory / "server.json").read_text()) == {
        "id": number,
        "name": "supernode1",
        "power": "on",
        "server_type": "ccx13",
        "image": "debian-12",
        "location": "fsn1",
        "ipv4": "192.0.2.1",
        "ipv6": "2001:db8:1::/64",
        "private": [
            {"network": "backbone", "ip": "10.0.1.7", "alias_ips": ["10.0.1.8"], "mac": "86:00:0a:00:01:07"}
        ],
    }


def test_a_server_with_neither_primary_ips_nor_keys_gets_fresh_ones(bench: Bench) -> None:
    _, answer = bench.hetzner("POST", "/servers", ORDER)
    net = answer["server"]["public_net"]
    assert (net["ipv4"]["ip"], net["ipv6"]["ip"]) == ("198.51.100.1", "2001:db8:c10d::/64")
    assert len(answer["root_password"]) == 16
    assert bench.hetzner("DELETE", f"/servers/{answer['server']['id']}")[1]["action"]["status"] == "success"
    assert bench.hetzner("GET", "/primary_ips")[1]["primary_ips"] == []


def test_a_server_without_public_net_is_started_after_it_was_attached(bench: Bench) -> None:
    network = bench.made(
        "/networks",
        {
            "name": "n",
            "ip_range": "10.0.0.0/16",
            "subnets": [{"type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.1.0/24"}],
        },
        "network",
    )["id"]
    assert refusal(bench, **NO_NET)[:2] == (422, "invalid_input")
    server = ordered(bench, start_after_create=False, **NO_NET)
    number = server["id"]
    assert (server["status"], server["public_net"]["ipv4"], server["public_net"]["ipv6"]) == (
        "off",
        None,
        None,
    )
    assert [
        done(bench, number, "poweron"),
        done(bench, number, "attach_to_network", {"network": network}),
        done(bench, number, "poweron"),
    ] == ["server_has_no_network", "attach_to_network success", "start_server success"]
    assert [net["ip"] for net in read(bench, number)["private_net"]] == ["10.0.1.1"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "super_node"}, (422, "invalid_input", "invalid input in field 'name'")),
        ({"server_type": "cx99"}, (422, "invalid_input", "invalid input in field 'server_type'")),
        ({"image": "plan9"}, (422, "invalid_input", "invalid input in field 'image'")),
        ({"server_type": "cax11", "image": 100}, (422, "invalid_input", "invalid input in field 'image'")),
        ({"location": "mars1"}, (422, "invalid_input", "invalid input in field 'location'")),
        (
            {"server_type": "cx23", "location": "ash"},
            (422, "invalid_input", "invalid input in field 'location'"),
        ),
        ({"ssh_keys": ["nobody"]}, (404, "not_found", "ssh key with ID or name 'nobody' not found")),
        ({"user_data": "x" * 32769}, (422, "invalid_input", "invalid input in field 'user_data'")),
        ({"placement_group": 7}, (404, "not_found", "placement group with ID or name '7' not found")),
        ({"firewalls": [{"firewall": 7}]}, (404, "not_found", "firewall with ID or name '7' not found")),
        ({"size": "big"}, (422, "invalid_input", "invalid input in field 'size'")),
    ],
)
def test_an_order_that_is_refused(
    bench: Bench, changes: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refusal(bench, **changes) == expected
    assert bench.hetzner("GET", "/servers")[1]["servers"] == []
    assert bench.hetzner("GET", "/primary_ips")[1]["primary_ips"] == []


def test_an_image_name_means_the_one_for_the_architecture(bench: Bench) -> None:
    images = [
        ordered(bench, name=name, server_type=name)["image"]["architecture"] for name in ("cax11", "cx23")
    ]
    assert images == ["arm", "x86"]


def test_a_name_is_unique_and_refusals_of_primary_ips_have_their_own_codes(bench: Bench) -> None:
    wish = {"type": "ipv4", "labels": {}, "location": "nbg1"}
    far = bench.made("/primary_ips", wish | {"name": "far"}, "primary_ip")["id"]
    near = bench.made("/primary_ips", wish | {"name": "near", "location": "fsn1"}, "primary_ip")["id"]
    ordered(bench, public_net={"ipv4": near})
    assert [
        refusal(bench)[1],
        refusal(bench, name="b", public_net={"ipv4": far})[1],
        refusal(bench, name="b", public_net={"ipv4": near})[1],
        refusal(bench, name="b", public_net={"ipv6": far})[1],
    ] == [
        "uniqueness_error",
        "primary_ip_datacenter_mismatch",
        "primary_ip_assigned",
        "primary_ip_version_mismatch",
    ]


def test_a_placement_group_takes_ten_servers(bench: Bench) -> None:
    group = bench.made("/placement_groups", {"name": "spread", "type": "spread"}, "placement_group")["id"]
    for number in range(10):
        ordered(bench, name=f"s{number}", placement_group=group)
    assert refusal(bench, placement_group=group)[:2] == (422, "placement_error")
