"""Each bench prints a line that compares with another machine's: seconds, and their ratio to a yardstick."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.lab.checkout import CHECKOUT

pytestmark = pytest.mark.full

LINES = {
    "dns_check": (("--zones", "1", "--repeat", "1"), "question_to_bare_question"),
    "dns_lint": (("--records", "100", "--repeat", "1"), "ratio_to_dnspython_read"),
    "dns_ready": (("--records", "100", "--addresses", "1"), "ratio_to_dnspython_read"),
    "dns_sync": (("--records", "100", "--repeat", "1"), "ratio_to_dnspython_read"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line(name: str) -> None:
    arguments, ratio = LINES[name]
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *arguments],
        cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    ratios = line[ratio].values() if isinstance(line[ratio], dict) else [line[ratio]]
    assert all(one >= 0 for one in ratios)


def test_every_bench_is_tried() -> None:
    every = {path.stem for path in (CHECKOUT / "bench").glob("*.py")}
    assert every - {"yardstick"} == LINES.keys()
