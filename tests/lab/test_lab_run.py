"""The main job, whole: the sample network built, cut off, switched over, brought back, each step verified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.checkout import make_checkout

pytestmark = pytest.mark.full

BUILT = [
    ["prod: preview, findings, approval", "prod: apply", "prod: the APIs agree"],
    ["failover: preview, findings, approval", "failover: apply", "failover: the APIs agree"],
]
"""Side by side."""

NIGHT = [
    "own nameservers answer",
    "all own nameservers lose power: names stop resolving",
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
    assert all(step["verified"] for step in result["steps"])
    titles = [step["title"] for step in result["steps"]]
    for chain in (*BUILT, NIGHT):
        assert [title for title in titles if title in chain] == chain
    assert sorted(titles) == sorted([*BUILT[0], *BUILT[1], *NIGHT])
    assert max(titles.index("prod: apply"), titles.index("failover: apply")) < titles.index(NIGHT[0])
    assert json.loads((checkout / ".lab" / "run.json").read_text()) == result
    assert "every step verified" in (checkout / ".lab" / "report.html").read_text()
    assert contents(checkout) == before
    assert not (checkout / ".lab" / "work").exists()
