from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from tests.lab.plugins.answers import ended, poll, running
from tests.lab.plugins.verbs import Hcloud

NAME = "ns1.example.org"
IPV6 = "2001:db8::1"
CHANGE = "POST /servers/42/actions/change_dns_ptr"
SERVER: dict[str, Any] = {
    "id": 42,
    "public_net": {
        "ipv4": {"ip": "192.0.2.1", "dns_ptr": NAME},
        "ipv6": {"ip": "2001:db8::/64", "dns_ptr": [{"ip": IPV6, "dns_ptr": NAME}]},
    },
}
INPUTS = {"serverId": 42, "ipAddress": "2001:DB8:0::1", "dnsPtr": NAME}
STATE: dict[str, Any] = {"id": f"s-42-{IPV6}", "serverId": 42, "ipAddress": IPV6, "dnsPtr": NAME}


def test_create_is_not_read_back(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /servers/42", {"server": SERVER})
    hcloud.api.on(CHANGE, (201, {"action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    assert hcloud.create("Rdns", INPUTS) == (STATE["id"], STATE)
    assert hcloud.api.asked() == [
        "GET /servers/42",
        f'{CHANGE} {{"ip": "{IPV6}", "dns_ptr": "{NAME}"}}',
        poll(9),
    ]
    assert hcloud.diff("Rdns", STATE, INPUTS) == {}


def test_create_for_a_primary_ip(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /primary_ips/5", {"primary_ip": {"id": 5}})
    hcloud.api.on("POST /primary_ips/5/actions/change_dns_ptr", (201, {"action": ended(9)}))
    inputs = {"primaryIpId": 5, "ipAddress": "192.0.2.1", "dnsPtr": NAME}
    assert hcloud.create("Rdns", inputs)[0] == "p-5-192.0.2.1"


def test_an_owner_that_does_not_exist(hcloud: Hcloud) -> None:
    with pytest.raises(RemoteError, match=r"Resource not found: Resource \(server\) was not found: id=42"):
        hcloud.create("Rdns", INPUTS)


@pytest.mark.parametrize(("resource_id", "found"), [("s-42-192.0.2.1", NAME), (f"s-42-{IPV6}", NAME)])
def test_read_and_import(hcloud: Hcloud, resource_id: str, found: str) -> None:
    hcloud.api.on("GET /servers/42", {"server": SERVER})
    existing = hcloud.read("Rdns", resource_id, {}, {})
    assert existing is not None
    assert (existing.id, existing.outputs.values["dnsPtr"]) == (resource_id, found)


def test_an_address_without_a_name_or_an_owner_is_gone(hcloud: Hcloud) -> None:
    assert hcloud.read("Rdns", "p-5-192.0.2.1", {}, {}) is None
    primary_ip = {"id": 5, "dns_ptr": [{"ip": "192.0.2.2", "dns_ptr": NAME}]}
    hcloud.api.on("GET /primary_ips/5", {"primary_ip": primary_ip})
    assert hcloud.read("Rdns", "p-5-192.0.2.1", {}, {}) is None


def test_update_and_delete(hcloud: Hcloud) -> None:
    hcloud.api.on(CHANGE, (201, {"action": ended(9)}))
    hcloud.update("Rdns", STATE["id"], STATE, INPUTS | {"dnsPtr": "ns2.example.org"})
    hcloud.delete("Rdns", STATE["id"], STATE)
    assert hcloud.api.asked() == [
        f'{CHANGE} {{"ip": "{IPV6}", "dns_ptr": "ns2.example.org"}}',
        f'{CHANGE} {{"ip": "{IPV6}", "dns_ptr": null}}',
    ]


def test_deleting_from_an_owner_that_is_gone_is_good(hcloud: Hcloud) -> None:
    hcloud.delete("Rdns", STATE["id"], STATE)


def test_what_replaces(hcloud: Hcloud) -> None:
    moved = {"primaryIpId": 5, "ipAddress": IPV6, "dnsPtr": NAME}
    assert hcloud.diff("Rdns", STATE, moved) == {"serverId": "delete-replace", "primaryIpId": "add-replace"}
    assert hcloud.diff("Rdns", STATE, INPUTS | {"ipAddress": "2001:db8::2"}) == {
        "ipAddress": "update-replace"
    }
    assert hcloud.diff("Rdns", STATE, INPUTS | {"dnsPtr": "ns2.example.org"}) == {"dnsPtr": "update"}


def test_what_is_refused(hcloud: Hcloud) -> None:
    assert hcloud.refused("Rdns", INPUTS | {"primaryIpId": 5}) == [
        "primaryIpId: exactly one of serverId and primaryIpId must be given"
    ]
    assert hcloud.refused("Rdns", INPUTS | {"ipAddress": "ns1"}) == ["ipAddress: 'ns1' is no IP address"]
    assert hcloud.refused("Rdns", {"floatingIpId": 1, "ipAddress": IPV6, "dnsPtr": NAME}) == [
        (
            "floatingIpId: is not supported by the lab's stand-in: "
            "the lab has neither floating IPs nor load balancers"
        )
    ]
    with pytest.raises(RemoteError, match="Invalid ID: Unexpected id 'x-1-192"):
        hcloud.read("Rdns", "x-1-192.0.2.1", {}, {})
