"""The main job, whole: the sample network built, cut off, switched over, brought back, each step verified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.checkout import make_checkout

pytestmark = pytest.mark.full

STEPS = [
    "prod: preview, findings, approval",
    "prod: apply",
    "failover: preview, findings, approval",
    "failover: apply",
    "prod: the APIs agree",
    "own nameservers answer",
    "all own nameservers lose power: names stop resolving",
    "failover: the APIs agree",
    "failover to fallback: preview, findings, approval",
    "failover to fallback: apply",
    "the fallback answers",
    "own nameservers come back",
    "failover to primary: preview, findings, approval",
    "failover to primary: apply",
    "own nameservers answer again",
    "failover: the APIs agree again",
]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a checkout but the lab's own folder, the linked ones and what Python compiles."""
    left_out = {".lab", ".venv", ".tools", "__pycache__"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not left_out & set(path.relative_to(folder).parts)
    }


def test_every_step_is_verified(short_path: Path) -> None:
    checkout = make_checkout(short_path / "checkout")
    before = contents(checkout)
    done = subprocess.run(
        [sys.executable, "-m", "ffinfra.cli", "lab", "run", "--json"],
        cwd=checkout, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["schema"] == "ffinfra.lab-run/1"
    assert [(step["title"], step["verified"]) for step in result["steps"]] == [
        (title, True) for title in STEPS
    ]
    assert json.loads((checkout / ".lab" / "run.json").read_text()) == result
    assert "every step verified" in (checkout / ".lab" / "report.html").read_text()
    assert contents(checkout) == before
    assert not (checkout / ".lab" / "work").exists()
