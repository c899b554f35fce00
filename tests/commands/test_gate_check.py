"""``ffinfra gate check``: what it says, and that ten thousand steps take no time."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.run import Runner
from tests.gate.digests import RRSET, digest_text, step

ROOT = Path(__file__).resolve().parents[2]
SECONDS, OCTETS = 2.0, 300 * 1024 * 1024
"""Of the processor's time, twice what is asked for, as tests share the machine; and of memory."""


def rrset(number: int, ttl: int = 600) -> dict[str, object]:
    return {
        "zone": "ff.musterstadt.example",
        "name": f"host{number}",
        "type": "A",
        "ttl": ttl,
        "records": [{"value": f"192.0.2.{number % 250}"}],
    }


def steps(count: int, every: int) -> list[dict[str, object]]:
    """So many steps, of which every so-many-th changes a TTL."""
    return [
        step("same", f"host{number}", RRSET, rrset(number), rrset(number))
        if number % every
        else step("update", f"host{number}", RRSET, rrset(number), rrset(number, 300))
        for number in range(count)
    ]


def test_a_digest_without_its_project(ffinfra: Runner, tmp_path: Path) -> None:
    file = tmp_path / "digest.json"
    file.write_text(f"Previewing...\n{digest_text(steps(10, 2))}\ndone {{}}\n")
    ran = ffinfra("gate", "check", str(file), "--json")
    form = json.loads(ran.out)
    assert (ran.code, form["blocked"], form["approvals"]) == (0, False, 2)
    assert [(one["rule"], one["reason"]) for one in form["findings"]] == [
        (
            "zone-share",
            "5 of 10 records of ff.musterstadt.example. at Hetzner DNS (50%) would change, more than 30%",
        )
    ]
    (zone,) = form["zones"]
    assert (zone["records_before"], zone["records_after"], len(zone["changes"])) == (10, 10, 5)
    assert "skipped survives: the declarations that belong to this preview are not here" in ran.err


@pytest.mark.parametrize("text", ["", "no digest", '{"steps": []}', digest_text([])[:-1]])
def test_what_is_no_digest(ffinfra: Runner, tmp_path: Path, text: str) -> None:
    file = tmp_path / "digest.json"
    file.write_text(text)
    ran = ffinfra("gate", "check", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "this is no complete digest of pulumi preview --json" in ran.err


def test_ten_thousand_steps(tmp_path: Path) -> None:
    """The best of three counts: what else the machine does makes a run dearer, never cheaper."""
    file = tmp_path / "digest.json"
    file.write_text(digest_text(steps(10_000, 50)))
    assert any(seconds_of_check(file) < SECONDS for _ in range(3))


def seconds_of_check(file: Path) -> float:
    """The processor's seconds that one check of a digest takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "ffinfra.cli", "gate", "check", str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (OCTETS, OCTETS)),
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    assert "RRsets: 200 changed; 200 of 10000 records (2.0%)" in done.stdout
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
