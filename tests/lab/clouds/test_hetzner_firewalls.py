"""Firewalls: rules, and the servers they are applied to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.servers import code, ordered

RULE = {
    "direction": "in",
    "protocol": "udp",
    "port": "10000-10010",
    "source_ips": ["192.0.2.0/24", "2001:DB8::/32"],
    "description": "fastd",
}


def test_a_firewall_and_its_rules(bench: Bench) -> None:
    status, answer = bench.hetzner("POST", "/firewalls", {"name": "edge", "labels": {}, "rules": [RULE]})
    firewall = answer["firewall"]
    rule = RULE | {"source_ips": ["192.0.2.0/24", "2001:db8::/32"], "destination_ips": []}
    assert (status, [action["command"] for action in answer["actions"]], firewall) == (
        201,
        ["set_firewall_rules"],
        {
            "id": firewall["id"],
            "name": "edge",
            "labels": {},
            "created": "2026-03-01T12:00:00+00:00",
            "rules": [rule],
            "applied_to": [],
        },
    )
    path = f"/firewalls/{firewall['id']}"
    icmp = {"direction": "in", "protocol": "icmp", "source_ips": ["0.0.0.0/0", "::/0"]}
    bench.made(f"{path}/actions/set_rules", {"rules": [icmp]}, "actions")
    assert bench.hetzner("GET", path)[1]["firewall"]["rules"] == [
        icmp | {"port": None, "destination_ips": [], "description": None}
    ]
    bench.made(f"{path}/actions/set_rules", {"rules": []}, "actions")
    changed = bench.hetzner("PUT", path, {"name": "rim", "labels": {"a": "b"}})[1]["firewall"]
    assert (changed["name"], changed["labels"], changed["rules"]) == ("rim", {"a": "b"}, [])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"port": None}, "a rule for udp needs a port"),
        ({"protocol": "icmp"}, "a rule for icmp has no port"),
        ({"port": "70000"}, "port '70000' is neither a port nor a range of ports"),
        ({"port": "20-10"}, "port '20-10' is neither a port nor a range of ports"),
        ({"direction": "out"}, "in needs source_ips, out needs destination_ips"),
        ({"source_ips": ["192.0.2.1/24"]}, "'192.0.2.1/24' is no network in CIDR notation, or has host bits"),
        ({"source_ips": ["192.0.2.1"]}, "'192.0.2.1' is no network in CIDR notation, or has host bits"),
    ],
)
def test_a_rule_that_is_refused(bench: Bench, changes: dict[str, Any], why: str) -> None:
    status, answer = bench.hetzner("POST", "/firewalls", {"name": "edge", "rules": [RULE | changes]})
    assert (status, answer["error"]["details"]["fields"]) == (422, [{"name": "rules", "messages": [why]}])
    assert bench.hetzner("GET", "/firewalls")[1]["firewalls"] == []


def test_firewalls_are_applied_and_removed(bench: Bench) -> None:
    number = ordered(bench)["id"]
    off_net = {"public_net": {"enable_ipv4": False, "enable_ipv6": False}, "start_after_create": False}
    hidden = ordered(bench, name="hidden", **off_net)["id"]
    firewall = bench.made("/firewalls", {"name": "edge"}, "firewall")["id"]

    def act(verb: str, key: str, server: int) -> str:
        body = {key: [{"type": "server", "server": {"id": server}}]}
        return code(bench.hetzner("POST", f"/firewalls/{firewall}/actions/{verb}_resources", body))

    seen = [act("apply_to", "apply_to", server) for server in (number, number, hidden, 7)]
    shown = bench.hetzner("GET", f"/servers/{number}")[1]["server"]["public_net"]["firewalls"]
    seen.append(code(bench.hetzner("DELETE", f"/firewalls/{firewall}")))
    seen += [act("remove_from", "remove_from", server) for server in (number, number)]
    seen.append(code(bench.hetzner("DELETE", f"/firewalls/{firewall}")))
    assert seen == [
        *("done", "firewall_already_applied", "private_net_only_server", "firewall_resource_not_found"),
        "resource_in_use",
        *("done", "firewall_resource_not_found"),
        "done",
    ]
    assert shown == [{"id": firewall, "status": "applied"}]
