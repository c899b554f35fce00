"""Both stand-ins on loopback ports, in memory, for tests that call them over HTTP."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import requests
from starlette.types import Receive, Scope, Send

from ffinfra.lab.clouds.clouds import Clouds
from ffinfra.lab.clouds.listening import Listener
from ffinfra.lab.clouds.nameservers.in_memory import InMemoryZones
from ffinfra.lab.clouds.nameservers.served import PrimaryZone
from ffinfra.lab.clouds.nameservers.zone_file import master_file
from ffinfra.lab.clouds.settings import CloudSettings, Listen

T = TypeVar("T")

HETZNER_TOKEN = "h" * 64
CLOUDFLARE_TOKEN = "cloudflare-token"
ACCOUNT = "0123456789abcdef0123456789abcdef"
PARENT_ID = "00000000000000000000000000000001"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def settings(directory: Path, **changes: Any) -> CloudSettings:
    """Settings for a test: no faults, actions that are done at once; changes are merged into the JSON."""
    base: dict[str, Any] = {
        "state_directory": str(directory),
        "served_by": "memory",
        "hetzner": {
            "token": HETZNER_TOKEN,
            "action_seconds": 0,
            "slow_action_seconds": 0.2,
            "shutdown_seconds": 0,
            "nameservers": [
                {"name": "hydrogen.ns.hetzner.example", "ipv4": "203.0.113.53", "ipv6": "2001:db8:53::1"},
                {"name": "oxygen.ns.hetzner.example", "ipv4": "203.0.113.54"},
            ],
            "addresses": {"by_name": {"supernode1": "192.0.2.1", "supernode1-v6": "2001:db8:1::/64"}},
        },
        "cloudflare": {
            "token": CLOUDFLARE_TOKEN,
            "account_id": ACCOUNT,
            "nameservers": [
                {"name": "ada.ns.cloudflare.example", "ipv4": "198.51.100.53"},
                {"name": "bob.ns.cloudflare.example", "ipv4": "198.51.100.54"},
            ],
            "zones": [{"id": PARENT_ID, "name": "musterstadt.example"}],
        },
        "faults": {"profile": "off", "retry_after_seconds": 0},
    }
    return CloudSettings.model_validate_json(json.dumps(_merged(base, changes)))


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    shared = base.keys() & changes.keys()
    deeper = {name: _merged(base[name], changes[name]) for name in shared if isinstance(base[name], dict)}
    return base | changes | deeper


@dataclass
class _Slot:
    """An ASGI application that hands calls to whatever is set."""

    app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class Stage:
    """Three ports in a thread, for the whole session; each test puts its own clouds behind them."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    slots: dict[str, _Slot] = field(default_factory=dict)
    listeners: dict[str, Listener] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)

    def open(self) -> None:
        """Start the thread and listen."""
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        for name in ("hetzner", "cloudflare", "management"):
            self.slots[name] = _Slot()
            self.listeners[name] = Listener(self.slots[name], Listen(port=free_port()))
            self.run(self.listeners[name].start())

    def close(self) -> None:
        """Stop listening and end the thread."""
        self.session.close()
        for listener in self.listeners.values():
            self.run(listener.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the thread's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    def play(self, chosen: CloudSettings) -> Bench:
        """Put fresh clouds behind the ports."""
        ticks = itertools.count()
        clouds = Clouds(chosen, clock=lambda: NOON + timedelta(seconds=next(ticks) // 1000))
        self.run(clouds.start_behind())
        apps = clouds.applications()
        for name, slot in self.slots.items():
            slot.app = getattr(apps, name)
        return Bench(self, clouds)


@dataclass
class Bench:
    """Fresh clouds behind the stage's ports, and short ways to call them."""

    stage: Stage
    clouds: Clouds

    def url(self, api: str, path: str = "") -> str:
        """The address of a path below the API's base."""
        base = {"hetzner": "/v1", "cloudflare": "/client/v4", "management": ""}[api]
        return self.stage.listeners[api].url + base + path

    def hetzner(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call the Hetzner API; returns status and JSON body (None if empty)."""
        return self._call("hetzner", method, path, body, HETZNER_TOKEN)

    def cloudflare(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call the Cloudflare API; returns status and JSON body."""
        return self._call("cloudflare", method, path, body, CLOUDFLARE_TOKEN)

    def management(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call the management API."""
        return self._call("management", method, path, body, None)

    def made(self, path: str, body: object, key: str) -> Any:
        """POST to the Hetzner API and return the object under a key."""
        status, answer = self.hetzner("POST", path, body)
        assert status == 201, answer
        return answer[key]

    def served(self, zone: str, by: str = "hetzner") -> list[str]:
        """The lines of a zone as it would be served."""
        zones = getattr(self.clouds, f"{by}_zones")
        assert isinstance(zones, InMemoryZones)
        found = zones.zones[zone]
        assert isinstance(found, PrimaryZone)
        return master_file(found).splitlines()

    def calls(self) -> list[str]:
        """All calls so far, as ``METHOD path``."""
        _, answer = self.management("GET", "/history")
        return [f"{call['method']} {call['path']}" for call in answer["calls"]]

    def close(self) -> None:
        """Give up what is running."""
        self.stage.run(self.clouds.stop_behind())

    def _call(self, api: str, method: str, path: str, body: Any, token: str | None) -> tuple[int, Any]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = self.stage.session.request(
            method, self.url(api, path), json=body, headers=headers, timeout=10
        )
        return answer.status_code, answer.json() if answer.content else None


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
