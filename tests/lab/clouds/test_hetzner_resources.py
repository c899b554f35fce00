"""SSH keys, placement groups and volumes."""

from __future__ import annotations

from collections.abc import Callable

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.servers import code, ordered

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIYfDdTYlQJkTW2pvX8K1uCV8dJxkuRL0fIQoGoXHfmz admin@example"
KEY = {"name": "admin", "public_key": PUBLIC_KEY, "labels": {"team": "noc"}}


def test_an_ssh_key(bench: Bench) -> None:
    key = bench.made("/ssh_keys", KEY, "ssh_key")
    assert key == {
        "id": key["id"],
        "name": "admin",
        "fingerprint": "1c:92:9b:05:a4:18:64:4a:de:29:d9:74:77:1a:e6:c9",
        "public_key": PUBLIC_KEY,
        "labels": {"team": "noc"},
        "created": "2026-03-01T12:00:00+00:00",
    }
    path = f"/ssh_keys/{key['id']}"
    assert [
        bench.hetzner("GET", path)[1]["ssh_key"],
        bench.hetzner("GET", "/ssh_keys?name=admin")[1]["ssh_keys"],
        bench.hetzner("GET", f"/ssh_keys?fingerprint={key['fingerprint']}")[1]["ssh_keys"],
        code(bench.hetzner("POST", "/ssh_keys", KEY)),
        code(bench.hetzner("POST", "/ssh_keys", KEY | {"name": "other"})),
        code(bench.hetzner("POST", "/ssh_keys", {"name": "x", "public_key": "ssh-ed25519 AAAA"})),
        bench.hetzner("PUT", path, {"name": "root", "labels": {}})[1]["ssh_key"]["name"],
        bench.hetzner("DELETE", path),
        code(bench.hetzner("DELETE", path)),
    ] == [
        key,
        [key],
        [key],
        "uniqueness_error",
        "uniqueness_error",
        "invalid_input",
        "root",
        (204, None),
        "not_found",
    ]


def test_a_placement_group(bench: Bench) -> None:
    body = {"name": "spread", "type": "spread", "labels": {"a": "b"}}
    status, answer = bench.hetzner("POST", "/placement_groups", body)
    group = answer["placement_group"]
    assert (status, answer["action"], group) == (
        201,
        None,
        {
            "id": group["id"],
            "name": "spread",
            "labels": {"a": "b"},
            "type": "spread",
            "servers": [],
            "created": "2026-03-01T12:00:00+00:00",
        },
    )
    path = f"/placement_groups/{group['id']}"
    assert bench.hetzner("PUT", path, {"name": "wide"})[1]["placement_group"]["name"] == "wide"
    assert code(bench.hetzner("POST", "/placement_groups", body | {"type": "tight"})) == "invalid_input"
    assert bench.hetzner("DELETE", path) == (204, None)


def test_a_volume(bench: Bench) -> None:
    server = ordered(bench)["id"]
    status, answer = bench.hetzner(
        "POST", "/volumes", {"name": "data", "size": 20, "server": server, "format": "ext4", "labels": {}}
    )
    volume = answer["volume"]
    assert (status, answer["action"]["command"], [step["command"] for step in answer["next_actions"]]) == (
        201,
        "create_volume",
        ["attach_volume"],
    )
    assert {name: value for name, value in volume.items() if name != "location"} == {
        "id": volume["id"],
        "name": "data",
        "size": 20,
        "format": "ext4",
        "labels": {},
        "created": "2026-03-01T12:00:00+00:00",
        "server": server,
        "status": "available",
        "linux_device": f"/dev/disk/by-id/scsi-0HC_Volume_{volume['id']}",
        "protection": {"delete": False},
    }
    path = f"/volumes/{volume['id']}"
    bench.hetzner("PUT", path, {"name": "store"})
    calls: list[tuple[str, str, object]] = [
        ("POST", f"{path}/actions/resize", {"size": 20}),
        ("POST", f"{path}/actions/resize", {"size": 40}),
        ("POST", f"{path}/actions/attach", {"server": server}),
        ("DELETE", path, None),
        ("POST", f"{path}/actions/detach", None),
        ("POST", f"{path}/actions/detach", None),
        ("POST", f"{path}/actions/attach", {"server": server}),
        ("POST", f"{path}/actions/detach", None),
        ("POST", f"{path}/actions/change_protection", {"delete": True}),
        ("DELETE", path, None),
        ("POST", f"{path}/actions/change_protection", {"delete": False}),
        ("DELETE", path, None),
    ]
    assert [code(bench.hetzner(*call)) for call in calls] == [
        *("invalid_input", "done", "volume_already_attached", "resource_in_use"),
        *("done", "volume_not_attached", "done", "done"),
        *("done", "protected", "done", "done"),
    ]
    wrong: list[dict[str, object]] = [
        {"name": "v", "size": 9, "location": "fsn1"},
        {"name": "v", "size": 10},
        {"name": "v", "size": 10, "location": "mars1"},
    ]
    assert [code(bench.hetzner("POST", "/volumes", body)) for body in wrong] == ["invalid_input"] * 3


def test_a_volume_is_locked_while_it_changes(play: Callable[..., Bench]) -> None:
    bench = play(hetzner={"action_seconds": 0.5})
    volume = bench.made("/volumes", {"name": "v", "size": 10, "location": "fsn1"}, "volume")["id"]
    path = f"/volumes/{volume}/actions/resize"
    assert [code(bench.hetzner("POST", path, {"size": size})) for size in (20, 30)] == ["done", "locked"]
