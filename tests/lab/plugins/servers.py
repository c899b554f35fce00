"""A server as the API tells it, as the state keeps it and as a program asks for it."""

from __future__ import annotations

from typing import Any

from tests.lab.plugins.answers import ended, running
from tests.lab.plugins.fake_api import FakeApi

USER_DATA = "#cloud-config\n"
USER_DATA_HASH = "wK9leoEi2xH7hUH5D+q3hxwsPXE="

FOUND: dict[str, Any] = {
    "id": 42,
    "name": "ns1",
    "status": "running",
    "server_type": {"name": "ccx13"},
    "image": {"id": 100, "name": "debian-12"},
    "location": {"name": "fsn1"},
    "labels": {},
    "backup_window": None,
    "primary_disk_size": 80,
    "protection": {"delete": False, "rebuild": False},
    "placement_group": None,
    "private_net": [],
    "public_net": {
        "ipv4": {"id": 1, "ip": "192.0.2.10"},
        "ipv6": {"id": 2, "ip": "2001:db8:1::/64"},
        "firewalls": [],
    },
}

INPUTS: dict[str, Any] = {
    "name": "ns1",
    "serverType": "ccx13",
    "image": "debian-12",
    "location": "fsn1",
    "sshKeys": ["7"],
    "userData": USER_DATA,
}

STATE: dict[str, Any] = {
    "id": "42",
    "name": "ns1",
    "serverType": "ccx13",
    "image": "debian-12",
    "location": "fsn1",
    "sshKeys": ["7"],
    "userData": USER_DATA_HASH,
    "status": "running",
    "labels": {},
    "backups": False,
    "backupWindow": "",
    "ipv4Address": "192.0.2.10",
    "ipv6Address": "2001:db8:1::1",
    "ipv6Network": "2001:db8:1::/64",
    "firewallIds": [],
    "placementGroupId": 0,
    "primaryDiskSize": 80,
    "keepDisk": False,
    "ignoreRemoteFirewallIds": False,
    "deleteProtection": False,
    "rebuildProtection": False,
    "shutdownBeforeDeletion": False,
}

LOOKUPS = [
    "GET /server_types?name=ccx13",
    "GET /images?architecture=x86&include_deprecated=true&name=debian-12",
    "GET /ssh_keys/7",
]


def on_creation(api: FakeApi, **server: Any) -> None:
    """Let a server be created at once; its description may differ from ``FOUND``."""
    api.on(LOOKUPS[0], {"server_types": [{"name": "ccx13", "architecture": "x86"}]})
    api.on(LOOKUPS[1], {"images": [{"id": 100, "name": "debian-12"}]})
    api.on(LOOKUPS[2], {"ssh_key": {"id": 7}})
    api.on("GET /placement_groups/6", {"placement_group": {"id": 6}})
    answer = {"server": FOUND | {"status": "initializing"}, "action": ended(1), "next_actions": [ended(2)]}
    api.on("POST /servers", (201, answer))
    api.on("GET /servers/42", {"server": FOUND | server})


def on_actions(api: FakeApi, *verbs: str, still_running: int | None = None) -> None:
    """Let actions of the server succeed."""
    for verb in verbs:
        action = running(still_running) if still_running else ended(9)
        api.on(f"POST /servers/42/actions/{verb}", (201, {"action": action}))
