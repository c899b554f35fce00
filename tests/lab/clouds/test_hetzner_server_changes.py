"""Changing and deleting servers: power, type, image, protection, placement."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.servers import ORDER, done, ordered, read


def test_power_and_change_of_type(bench: Bench) -> None:
    """change_type wants the server off and starts it again: the plugin sends no poweron after it."""
    number = ordered(bench)["id"]
    change = {"server_type": "ccx23", "upgrade_disk": False}
    assert [
        done(bench, number, "change_type", change),
        done(bench, number, "poweroff"),
        read(bench, number)["status"],
        done(bench, number, "change_type", change | {"server_type": "cax11"}),
        done(bench, number, "change_type", change),
        read(bench, number)["status"],
        read(bench, number)["server_type"]["name"],
        read(bench, number)["primary_disk_size"],
        done(bench, number, "reboot"),
        done(bench, number, "reset"),
        read(bench, number)["status"],
    ] == [
        "server_not_stopped",
        "stop_server success",
        "off",
        "invalid_server_type",
        "change_server_type success",
        "running",
        "ccx23",
        80,
        "reboot_server success",
        "reset_server success",
        "running",
    ]


def test_shutdown_ends_before_the_guest_is_off(play: Callable[..., Bench]) -> None:
    bench = play(hetzner={"shutdown_seconds": 0.2})
    number = ordered(bench)["id"]
    seen = [done(bench, number, "shutdown"), read(bench, number)["status"]]
    while read(bench, number)["status"] != "off":
        pass
    assert seen == ["shutdown_server success", "running"]


def test_a_rebuild_writes_the_disk_anew(bench: Bench, tmp_path: Path) -> None:
    number = ordered(bench, user_data="first")["id"]
    (tmp_path / "machines" / f"{number}-supernode1" / "left-over").touch()
    body = {"image": "debian-13", "user_data": "second"}
    assert done(bench, number, "rebuild", body) == "rebuild_server success"
    directory = tmp_path / "machines" / f"{number}-supernode1"
    assert sorted(path.name for path in directory.iterdir()) == ["meta-data", "server.json", "user-data"]
    assert (directory / "user-data").read_text() == "second"
    assert read(bench, number)["image"]["name"] == "debian-13"
    done(bench, number, "change_protection", {"rebuild": True, "delete": True})
    assert done(bench, number, "rebuild", body) == "protected"


def test_protection_goes_for_delete_and_rebuild_together(bench: Bench) -> None:
    number = ordered(bench)["id"]
    assert [
        done(bench, number, "change_protection", {"delete": True}),
        done(bench, number, "change_protection", {"delete": True, "rebuild": True}),
        bench.hetzner("DELETE", f"/servers/{number}")[1]["error"]["message"],
        done(bench, number, "shutdown"),
    ] == [
        "invalid_input",
        "change_protection success",
        "server is delete protected",
        "shutdown_server success",
    ]


def test_deleting_a_server_frees_what_it_held(bench: Bench, tmp_path: Path) -> None:
    wish = {"name": "kept", "type": "ipv4", "labels": {}, "location": "fsn1"}
    ip = bench.made("/primary_ips", wish, "primary_ip")["id"]
    firewall = bench.made("/firewalls", {"name": "edge"}, "firewall")["id"]
    number = ordered(bench, public_net={"ipv4": ip}, firewalls=[{"firewall": firewall}])["id"]
    volume = bench.made("/volumes", {"name": "data", "size": 10, "server": number}, "volume")["id"]
    bench.hetzner("DELETE", f"/servers/{number}")
    assert [
        bench.hetzner("GET", f"/servers/{number}")[0],
        bench.hetzner("GET", "/servers?name=supernode1")[1]["servers"],
        [
            (held["name"], held["assignee_id"])
            for held in bench.hetzner("GET", "/primary_ips")[1]["primary_ips"]
        ],
        bench.hetzner("GET", f"/firewalls/{firewall}")[1]["firewall"]["applied_to"],
        bench.hetzner("GET", f"/volumes/{volume}")[1]["volume"]["server"],
        list((tmp_path / "machines").iterdir()),
    ] == [404, [], [("kept", None)], [], None, []]


def test_placement_groups_want_the_server_off(bench: Bench) -> None:
    number = ordered(bench)["id"]
    group = bench.made("/placement_groups", {"name": "spread", "type": "spread"}, "placement_group")["id"]
    into = {"placement_group": group}
    seen = [done(bench, number, "add_to_placement_group", into), done(bench, number, "poweroff")]
    seen.append(done(bench, number, "add_to_placement_group", into))
    seen.append(bench.hetzner("DELETE", f"/placement_groups/{group}")[1]["error"]["code"])
    done(bench, number, "poweron")
    seen.append(done(bench, number, "remove_from_placement_group"))
    done(bench, number, "poweroff")
    seen.append(done(bench, number, "remove_from_placement_group"))
    seen.append(str(bench.hetzner("DELETE", f"/placement_groups/{group}")[0]))
    assert seen == [
        "server_not_stopped",
        "stop_server success",
        "add_to_placement_group success",
        "resource_in_use",
        "server_not_stopped",
        "remove_from_placement_group success",
        "204",
    ]


def test_renaming_tells_the_machine(bench: Bench, tmp_path: Path) -> None:
    number = ordered(bench)["id"]
    ordered(bench, name="other")
    assert (
        bench.hetzner("PUT", f"/servers/{number}", {"name": "gate", "labels": {}})[1]["server"]["name"]
        == "gate"
    )
    known = json.loads((tmp_path / "machines" / f"{number}-supernode1" / "server.json").read_text())
    assert known["name"] == "gate"
    assert bench.hetzner("PUT", f"/servers/{number}", {"name": "other"})[0] == 409


def test_a_server_is_locked_while_something_is_done_to_it(play: Callable[..., Bench]) -> None:
    bench = play(hetzner={"action_seconds": 0.2})
    _, answer = bench.hetzner("POST", "/servers", ORDER)
    number = answer["server"]["id"]
    assert (answer["server"]["status"], answer["action"]["status"]) == ("initializing", "running")
    assert done(bench, number, "poweroff") == "locked"
    ids = f"id={answer['action']['id']}&id={answer['next_actions'][0]['id']}"
    statuses = ["running"]
    while "running" in statuses:
        listed = bench.hetzner("GET", f"/actions?{ids}&page=1&sort=status&sort=id")[1]["actions"]
        statuses = [action["status"] for action in listed]
    assert (statuses, read(bench, number)["status"]) == (["success", "success"], "running")
    assert done(bench, number, "poweroff") == "stop_server running"
