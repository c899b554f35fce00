"""The real engine while the cloud takes its time."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from ffinfra.lab.plugins.package import install
from tests.lab.plugins.clouds import running
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = [pytest.mark.full, pytest.mark.long]

ZONES = """
import pulumi_hcloud as hcloud
for number in range(16):
    hcloud.Zone(f"zone{number}", name=f"zone{number}.example", mode="primary")
"""


def test_sixteen_resources_wait_side_by_side(tmp_path: Path) -> None:
    with running(tmp_path, action_seconds=2) as clouds:
        engine = Engine(tmp_path, clouds.variables)
        install(engine.home, pulumi=engine.cli, python=REPOSITORY / ".venv" / "bin" / "python")
        engine.init()
        engine.program(ZONES)
        engine.up("--parallel", "16")
        calls = clouds.asked()
        ended = next(index for index, call in enumerate(calls) if call.startswith("GET /zones/"))
        assert calls[:ended].count("POST /zones") == 16
        engine.run("destroy", "--yes", "--skip-preview", "--parallel", "16")


def test_ctrl_c_ends_the_waiting(tmp_path: Path) -> None:
    with running(tmp_path, action_seconds=600) as clouds:
        engine = Engine(tmp_path, clouds.variables)
        install(engine.home, pulumi=engine.cli, python=REPOSITORY / ".venv" / "bin" / "python")
        engine.init()
        engine.program(
            'import pulumi_hcloud\npulumi_hcloud.Zone("zone", name="example.org", mode="primary")\n'
        )
        process = subprocess.Popen(
            [engine.cli, "up", "--yes", "--skip-preview", "--non-interactive"],
            cwd=engine.project,
            env=engine.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not any("/actions" in call for call in clouds.asked()):
            assert time.monotonic() < deadline, "no action was asked for"
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        assert process.returncode != 0
        assert "cancelled while waiting for the API" in said
