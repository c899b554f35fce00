"""``ffinfra failover`` in a lab: approval, switch, watch, a second run, and no jump onto dead nameservers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ffinfra.lab.topology import MANAGEMENT_PORT, RESOLVER
from tests.lab.checkout import make_checkout

pytestmark = pytest.mark.full


@dataclass(frozen=True)
class InLab:
    """A checkout whose lab stands, and its command line."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call ``ffinfra`` with arguments."""
        command = [sys.executable, "-m", "ffinfra.cli", *arguments]
        return subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip

    def inside(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same inside the lab."""
        return self.run("lab", "shell", "--", sys.executable, "-m", "ffinfra.cli", *arguments)

    def failover(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``ffinfra failover`` with the lab's resolver as the one to watch."""
        return self.inside("failover", "--resolver", str(RESOLVER), "--json", *arguments)

    def parent_answers(self, status: int, times: int) -> None:
        """Let the parent's API answer that the next calls fail."""
        answer = {"status": status, "body": {"success": False, "errors": [], "messages": [], "result": None},
                  "headers": {"retry-after": "1"}}  # fmt: skip
        self._manage("-d", json.dumps({"api": "cloudflare", "times": times, "answer": answer}))

    def faults_left(self) -> list[object]:
        """What was ordered and has not struck."""
        return list(json.loads(self._manage())["scripted"])

    def _manage(self, *arguments: str) -> str:
        address = f"http://127.0.0.1:{MANAGEMENT_PORT}/faults"
        done = self.run("lab", "shell", "--", "curl", "-sSf", *arguments, address)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def lab(short_path: Path) -> Iterator[InLab]:
    """A lab in which the fallback is warm, the parent names the own nameservers, and these were never made."""
    made = InLab(make_checkout(short_path / "checkout"))
    up = made.run("lab", "up")
    assert up.returncode == 0, up.stderr
    for step in ("approve", "apply"):
        done = made.inside(step, "--stack", "failover")
        assert done.returncode == 0, done.stderr
    yield made
    made.run("lab", "down")


def test_there_and_not_back(lab: InLab) -> None:
    settings = lab.folder / "Pulumi.failover.yaml"
    before = settings.read_bytes()
    unapproved = lab.failover()
    assert unapproved.returncode == 4, unapproved.stderr
    assert "mode primary -> fallback" in unapproved.stderr
    assert "refused: " in unapproved.stderr
    assert settings.read_bytes() == before

    ahead = lab.inside("approve", "--standby", "fallback", "--stack", "failover", "--json")
    assert ahead.returncode == 0, ahead.stderr
    expires = datetime.fromisoformat(json.loads(ahead.stdout)["expires"])
    assert timedelta(days=29) < expires - datetime.now(UTC) <= timedelta(days=30)
    assert settings.read_bytes() == before

    lab.parent_answers(429, times=3)
    lab.parent_answers(500, times=2)
    switched = lab.failover()
    assert switched.returncode == 0, switched.stderr
    told = json.loads(switched.stdout)
    assert (told["schema"], told["changed"], told["converged"]) == ("ffinfra.failover/1", True, True)
    assert told["eta_seconds"] == 900
    assert lab.faults_left() == []

    again = lab.failover()
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["changed"] is False
    assert "nothing to change: the stack is at mode fallback" in again.stderr

    back = lab.failover("--to", "primary", "--approve")
    assert back.returncode == 3, back.stderr
    assert "NOT READY mesh.musterstadt.example. to primary" in back.stderr
    assert "no-authority: 192.0.2.53 does not speak for the zone" in back.stderr
    assert "--force switches all the same, which costs:" in back.stderr
    assert "mesh.musterstadt.example.: nobody gets an answer; undoing it takes up to 900 s" in back.stderr
    mode = lab.inside("dns", "ready")
    assert mode.returncode == 0, mode.stderr
