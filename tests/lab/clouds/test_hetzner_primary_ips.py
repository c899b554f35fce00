"""Primary IPs and reverse names."""

from __future__ import annotations

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.servers import code, done, ordered

IP = {"name": "supernode1", "type": "ipv4", "labels": {}, "auto_delete": False, "location": "fsn1"}


def test_a_primary_ip_gets_the_address_of_its_name(bench: Bench) -> None:
    ip = bench.made("/primary_ips", IP, "primary_ip")
    assert {name: value for name, value in ip.items() if name != "location"} == {
        "id": ip["id"],
        "name": "supernode1",
        "type": "ipv4",
        "ip": "192.0.2.1",
        "labels": {},
        "created": "2026-03-01T12:00:00+00:00",
        "auto_delete": False,
        "assignee_id": None,
        "assignee_type": "server",
        "blocked": False,
        "protection": {"delete": False},
        "dns_ptr": [{"ip": "192.0.2.1", "dns_ptr": "static.1.2.0.192.clients.your-server.example"}],
    }
    assert ip["location"]["name"] == "fsn1"
    others = [("supernode1-v6", "ipv6"), ("x", "ipv6"), ("y", "ipv4"), ("z", "ipv4")]
    given = [bench.made("/primary_ips", IP | {"name": n, "type": v}, "primary_ip")["ip"] for n, v in others]
    assert given == ["2001:db8:1::/64", "2001:db8:c10d::/64", "198.51.100.1", "198.51.100.2"]
    bench.hetzner("DELETE", f"/primary_ips/{ip['id']}")
    assert bench.made("/primary_ips", IP, "primary_ip")["ip"] == "192.0.2.1"


def test_a_primary_ip_is_changed_and_protected(bench: Bench) -> None:
    path = f"/primary_ips/{bench.made('/primary_ips', IP, 'primary_ip')['id']}"
    bench.made(f"{path}/actions/change_protection", {"delete": True}, "action")
    changed = bench.hetzner("PUT", path, {"labels": {"a": "b"}, "auto_delete": True})[1]["primary_ip"]
    assert (changed["labels"], changed["auto_delete"], changed["protection"]) == (
        {"a": "b"},
        True,
        {"delete": True},
    )
    assert bench.hetzner("PUT", path, {}) == (200, {"primary_ip": changed})
    status, answer = bench.hetzner("DELETE", path)
    assert (status, answer["error"]["message"]) == (423, "primary ip is delete protected")
    assert code(bench.hetzner("POST", "/primary_ips", IP)) == "uniqueness_error"
    assert (
        code(bench.hetzner("POST", "/primary_ips", IP | {"name": "b", "location": "mars1"}))
        == "invalid_input"
    )
    listed = bench.hetzner("GET", "/primary_ips?ip=192.0.2.1&label_selector=a==b")[1]["primary_ips"]
    assert listed == [changed]


def test_assigning_wants_the_server_off(bench: Bench) -> None:
    ip = bench.made("/primary_ips", IP, "primary_ip")["id"]
    server = ordered(bench)
    held, number = server["public_net"]["ipv4"]["id"], server["id"]
    to_server = {"assignee_id": number, "assignee_type": "server"}

    def act(which: int, verb: str, body: object = None) -> str:
        return code(bench.hetzner("POST", f"/primary_ips/{which}/actions/{verb}", body))

    seen = [act(held, "unassign"), done(bench, number, "poweroff"), act(ip, "assign", to_server)]
    seen += [act(held, "unassign"), act(held, "unassign"), act(ip, "assign", to_server)]
    seen += [act(ip, "assign", to_server), code(bench.hetzner("DELETE", f"/primary_ips/{ip}"))]
    seen.append(done(bench, number, "poweron"))
    assert seen == [
        *("server_not_stopped", "stop_server success", "server_has_ipv4"),
        *("done", "primary_ip_not_assigned", "done"),
        *("primary_ip_already_assigned", "must_be_unassigned"),
        "start_server success",
    ]
    assert bench.hetzner("GET", f"/servers/{number}")[1]["server"]["public_net"]["ipv4"]["ip"] == "192.0.2.1"


def test_reverse_names(bench: Bench) -> None:
    ipv4 = bench.made("/primary_ips", IP, "primary_ip")["id"]
    ipv6 = bench.made("/primary_ips", IP | {"name": "supernode1-v6", "type": "ipv6"}, "primary_ip")["id"]
    number = ordered(bench, public_net={"ipv4": ipv4, "ipv6": ipv6})["id"]

    def pointed(owner: str, ip: str, name: str | None) -> str:
        return code(bench.hetzner("POST", f"/{owner}/actions/change_dns_ptr", {"ip": ip, "dns_ptr": name}))

    seen = [
        pointed(f"primary_ips/{ipv4}", "192.0.2.1", "gate.mesh.example"),
        pointed(f"primary_ips/{ipv6}", "2001:DB8:1::1", "gate.mesh.example"),
        pointed(f"servers/{number}", "2001:db8:1::2", "ns.mesh.example"),
        pointed(f"servers/{number}", "198.51.100.9", "gate.mesh.example"),
        pointed(f"primary_ips/{ipv4}", "192.0.2.1", "gate_1"),
        pointed(f"primary_ips/{ipv4}", "gate", "gate.mesh.example"),
    ]
    net = bench.hetzner("GET", f"/servers/{number}")[1]["server"]["public_net"]
    assert seen == ["done", "done", "done", "not_found", "invalid_input", "invalid_input"]
    assert (net["ipv4"]["dns_ptr"], net["ipv6"]["dns_ptr"]) == (
        "gate.mesh.example",
        [
            {"ip": "2001:db8:1::1", "dns_ptr": "gate.mesh.example"},
            {"ip": "2001:db8:1::2", "dns_ptr": "ns.mesh.example"},
        ],
    )
    pointed(f"primary_ips/{ipv4}", "192.0.2.1", None)
    ip = bench.hetzner("GET", f"/primary_ips/{ipv4}")[1]["primary_ip"]
    assert ip["dns_ptr"] == [{"ip": "192.0.2.1", "dns_ptr": "static.1.2.0.192.clients.your-server.example"}]
