"""The lab's clouds as a program of their own, in memory and without faults, and what they were asked."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.plugins.engine import REPOSITORY

HCLOUD_TOKEN = "h" * 64
CLOUDFLARE_TOKEN = "c" * 40
ACCOUNT = "0123456789abcdef0123456789abcdef"
PARENT_ID = "00000000000000000000000000000001"
PARENT = "musterstadt.example"


@dataclass
class Clouds:
    """Where they answer."""

    ready: dict[str, Any]

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which the stand-ins find them."""
        return {
            "HCLOUD_ENDPOINT": self.ready["hetzner"],
            "HCLOUD_TOKEN": HCLOUD_TOKEN,
            "CLOUDFLARE_BASE_URL": self.ready["cloudflare"],
            "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
        }

    def asked(self) -> list[str]:
        """The calls since the last question, without bodies."""
        calls = self._management("GET", "/history")["calls"]
        self._management("DELETE", "/history")
        return [f"{call['method']} {call['path']}" for call in calls]

    def will(self, method: str, path: str, *, api: str = "hetzner", times: int = 1, **fault: Any) -> None:
        """Order a fault for the next calls: ``kind=...`` or ``answer=...``."""
        order = {"api": api, "method": method, "path": path, "times": times, **fault}
        self._management("POST", "/faults", order)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the Hetzner API behind the engine's back."""
        headers = {"Authorization": f"Bearer {HCLOUD_TOKEN}"}
        return _asked(self.ready["hetzner"] + path, method, body, headers)

    def call_cloudflare(self, method: str, path: str, body: Any = None) -> Any:
        """The same at the Cloudflare API."""
        headers = {"Authorization": f"Bearer {CLOUDFLARE_TOKEN}"}
        return _asked(self.ready["cloudflare"] + path, method, body, headers)

    def _management(self, method: str, path: str, body: Any = None) -> Any:
        return _asked(self.ready["management"] + path, method, body, {})


def _asked(url: str, method: str, body: Any, headers: dict[str, str]) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data, {"Content-Type": "application/json", **headers}, method=method
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


@contextmanager
def running(directory: Path, action_seconds: float = 0.0) -> Iterator[Clouds]:
    """Run them until the end of the block."""
    hetzner, cloudflare, management = _free_ports(3)
    settings = {
        "state_directory": str(directory / "clouds"),
        "served_by": "memory",
        "hetzner": {
            "listen": {"port": hetzner},
            "token": HCLOUD_TOKEN,
            "action_seconds": action_seconds,
            "shutdown_seconds": 0,
            "nameservers": [{"name": "hydrogen.ns.hetzner.example", "ipv4": "203.0.113.53"}],
        },
        "cloudflare": {
            "listen": {"port": cloudflare},
            "token": CLOUDFLARE_TOKEN,
            "account_id": ACCOUNT,
            "nameservers": [{"name": "ada.ns.cloudflare.example", "ipv4": "198.51.100.53"}],
            "zones": [{"id": PARENT_ID, "name": PARENT}],
        },
        "management": {"listen": {"port": management}},
        "faults": {"profile": "off"},
    }
    file = directory / "clouds.json"
    file.write_text(json.dumps(settings))
    process = subprocess.Popen(
        [sys.executable, "-m", "ffinfra.lab.clouds", "--settings", str(file)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Clouds(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in sockets]
    finally:
        for item in sockets:
            item.close()
