"""A network namespace of a test's own with addresses on its loopback, the stand-ins inside, and a visitor."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, settings

ADDRESSES = (
    *("203.0.113.53/32", "203.0.113.54/32", "198.51.100.53/32", "198.51.100.54/32", "192.0.2.53/32"),
    "2001:db8:53::1/128",
)
_END_SECONDS = 10
_OPEN = """\
ip link set lo up
for address in {}; do ip address add $address dev lo || exit 1; done
echo open
exec sleep infinity
"""


@dataclass
class World:
    """The namespace, held open by one process, and what was started inside."""

    holder: subprocess.Popen[str]
    directory: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *command: str, **more: Any) -> subprocess.Popen[str]:
        """Start a program inside; it is ended with the test."""
        inside = ["nsenter", f"--target={self.holder.pid}", "--user", "--net", "--preserve-credentials", "--"]
        process = subprocess.Popen([*inside, *command], text=True, **more)
        self.started.append(process)
        return process

    def serve(self, **changes: Any) -> Clouds:
        """Start the stand-ins with knotd; returns when they are ready."""
        chosen = settings(self.directory / "state", served_by="knotd", **changes)
        known = json.loads(chosen.model_dump_json())
        known["hetzner"]["token"], known["cloudflare"]["token"] = HETZNER_TOKEN, CLOUDFLARE_TOKEN
        file = self.directory / "settings.json"
        file.write_text(json.dumps(known))
        command = [sys.executable, "-m", "ffinfra.lab.clouds", "--settings", str(file)]
        process = self.start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        line = process.stdout.readline()
        return Clouds(process, json.loads(line) if line else {}, self.visitor())

    def visitor(self) -> Visitor:
        """Somebody inside who can be asked to call and to look."""
        script = Path(__file__).with_name("visitor.py")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return Visitor(self.start(sys.executable, str(script), **pipes))

    def close(self) -> None:
        """End everything that was started, last first, then the namespace."""
        for process in [*reversed(self.started), self.holder]:
            end(process)


@dataclass
class Visitor:
    """The process inside."""

    process: subprocess.Popen[str]

    def asks(self, **question: Any) -> Any:
        """Put a question and wait for the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the visitor has ended; see stderr"
        return json.loads(line)

    def looks_up(self, name: str, record_type: str, address: str, *, tcp: bool = False) -> dict[str, Any]:
        """Ask a nameserver for authority data."""
        answer: dict[str, Any] = self.asks(ask="dns", name=name, type=record_type, address=address, tcp=tcp)
        return answer


@dataclass
class Clouds:
    """The running stand-ins: their process, what the ready line says, and a visitor."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    visitor: Visitor

    def hetzner(self, method: str, path: str, body: object = None) -> Any:
        """Call the Hetzner API, which must not refuse; returns the body."""
        return self._call(self.ready["hetzner"], HETZNER_TOKEN, method, path, body)

    def cloudflare(self, method: str, path: str, body: object = None) -> Any:
        """Call the Cloudflare API, which must not refuse; returns the body."""
        return self._call(self.ready["cloudflare"], CLOUDFLARE_TOKEN, method, path, body)

    def finished(self, answer: Any) -> str:
        """Wait for the action in a Hetzner answer; returns its status."""
        action = answer["action"]
        while action["status"] == "running":
            action = self.hetzner("GET", f"/actions?id={action['id']}")["actions"][0]
        return str(action["status"])

    def _call(self, base: str, token: str, method: str, path: str, body: object) -> Any:
        answer = self.visitor.asks(ask="http", method=method, url=base + path, token=token, body=body)
        assert answer["status"] < 300, answer
        return answer["body"]


def end(process: subprocess.Popen[str]) -> int:
    """End a process that we started and close its pipes; returns its exit code."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    return process.wait()


@contextlib.contextmanager
def opened(directory: Path, addresses: Sequence[str] = ADDRESSES) -> Iterator[World]:
    """A namespace for a test; skipped, saying why, where there can be none."""
    missing = [name for name in ("unshare", "nsenter", "ip", "knotd", "knotc") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    script = _OPEN.format(" ".join(addresses))
    holder = subprocess.Popen(["unshare", "-rn", "sh", "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    if holder.stdout.readline() != "open\n":
        end(holder)
        pytest.skip("no user and network namespace can be made here")
    world = World(holder, directory)
    try:
        yield world
    finally:
        world.close()
