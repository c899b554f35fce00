"""``ffinfra lab``: stands, refuses a second, goes away however its starter ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ffinfra.lab.topology import MANAGEMENT_PORT
from tests.lab.checkout import make_checkout

pytestmark = pytest.mark.full


@dataclass(frozen=True)
class Checkout:
    """A checkout and its command."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ffinfra.cli", "lab", *arguments]

    def run(self, *arguments: str) -> tuple[int, str]:
        """Through a pipe, as a script would: whoever keeps it open lets this hang."""
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=300, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def json(self, *arguments: str) -> dict[str, Any]:
        """What a command that succeeds prints for programs."""
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, timeout=120, check=True
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def start(self) -> subprocess.Popen[str]:
        """Start a rehearsal and wait until the engine is at work and has started the program."""
        process = subprocess.Popen(
            self.command("run"), cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        while not any("pulumi-language-python-exec" in one for one in self.processes()):
            assert process.poll() is None, "the rehearsal ended before its first preview"
            time.sleep(0.2)
        return process

    def processes(self) -> list[str]:
        """Command lines of everything that belongs to this checkout's lab."""
        mark = f"FFINFRA_LAB={self.folder / '.lab'}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    def await_nobody(self) -> None:
        """The kernel ends what was tied to the killed process; nobody is told of that."""
        deadline = time.monotonic() + 20
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.processes() == []


@pytest.fixture
def checkout(short_path: Path) -> Iterator[Checkout]:
    made = Checkout(make_checkout(short_path / "checkout"))
    yield made
    made.run("down")


def test_up_shell_down(checkout: Checkout) -> None:
    code, text = checkout.run("up")
    assert (code, text.splitlines()[-1]) == (
        0,
        "the lab stands; ffinfra lab shell enters it, ffinfra lab down ends it",
    )
    status = checkout.json("status", "--json")
    assert (status["schema"], status["stands"]) == ("ffinfra.lab-status/1", True)
    assert {name for name, alive in status["daemons"].items() if not alive} == {
        f"knotd of ns{number}" for number in (1, 2, 3)
    }
    assert checkout.run("shell", "--", "sh", "-c", "exit 7") == (7, "")
    _plain_pulumi(checkout)
    refusal = (
        "failed: a lab stands already in this checkout. Wait for it to end, or end it: ffinfra lab down\n"
    )
    assert checkout.run("up") == (1, refusal)
    assert checkout.run("run") == (1, refusal)
    gone = {"schema": "ffinfra.lab-status/1", "stands": False, "daemons": {}}
    assert checkout.json("down", "--json") == gone
    assert checkout.run("down") == (0, "no lab stands here\n")
    assert checkout.run("status") == (3, "no lab stands here; ffinfra lab up sets one up\n")
    assert checkout.processes() == []


def _plain_pulumi(checkout: Checkout) -> None:
    """Plain commands work on both stacks; ``up`` without an approval is refused and leaves all as it was."""
    code, text = checkout.run("shell", "--", "pulumi", "preview", "-s", "prod", "--diff")
    assert (code, "+ 51 to create" in text or text) == (0, True)
    assert checkout.run("shell", "--", "pulumi", "stack", "select", "failover") == (0, "")
    before = _resources(checkout)
    code, text = checkout.run("shell", "--", "pulumi", "up", "--yes", "--skip-preview")
    assert (code != 0, "the gate refuses this update of failover: there is no approval" in text or text) == (
        True,
        True,
    )
    assert _resources(checkout) == before == []
    _, history = checkout.run("shell", "--", "curl", "-s", f"http://127.0.0.1:{MANAGEMENT_PORT}/history")
    assert json.loads(history) == {"calls": []}


def _resources(checkout: Checkout) -> list[str]:
    """What the state of failover holds beside its root; a refused update writes that and the time."""
    code, text = checkout.run("shell", "--", "pulumi", "stack", "export", "--stack", "failover")
    assert code == 0, text
    found = json.loads(text)["deployment"].get("resources", [])
    return [one["urn"] for one in found if one["type"] != "pulumi:pulumi:Stack"]


def test_ctrl_c_during_set_up(checkout: Checkout) -> None:
    """Keys and copy are gone at once, not only with the next lab."""
    process = subprocess.Popen(
        checkout.command("run"), cwd=checkout.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    private = checkout.folder / ".lab" / "private"
    while not (private / "signer.pub").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 130, text
    assert checkout.processes() == []
    assert [
        name for name in ("run", "work", "state", "private") if (checkout.folder / ".lab" / name).exists()
    ] == []


def test_ctrl_c(checkout: Checkout) -> None:
    process = checkout.start()
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 130, text
    assert checkout.processes() == []
    assert not (checkout.folder / ".lab" / "work").exists()


def test_killed(checkout: Checkout) -> None:
    """What is left of a killed rehearsal are files, and the next one clears them."""
    process = checkout.start()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    checkout.await_nobody()
    assert (checkout.folder / ".lab" / "work").exists()
    code, text = checkout.run("up")
    assert code == 0, text
