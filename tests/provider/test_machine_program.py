"""The program for machines: complete, and content with Python's standard library."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import render_host
from ffinfra.machine.request import look_request, requested_rollout, rollout_request
from ffinfra.provider.host_transport import Rollout
from ffinfra.provider.machine_program import machine_program
from tests.hosts.samples import sample_network, sample_secrets, sample_zones


def test_a_request_is_understood_as_it_was_meant() -> None:
    wanted = render_host(sample_network(), "ns1", sample_secrets(), sample_zones())
    rollout = Rollout(wanted=wanted, gone=("/etc/motd",), stopped=("bird.service",))
    assert requested_rollout(json.loads(json.dumps(rollout_request(rollout)))) == rollout


@pytest.mark.full
def test_it_runs_without_anything_but_the_standard_library(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello\n")
    (tmp_path / "file").chmod(0o640)
    paths = [str(tmp_path / "file"), str(tmp_path / "absent")]
    program, answer = tmp_path / "machine.pyz", tmp_path / "answer.json"
    program.write_bytes(machine_program(look_request("sn1", paths)))
    command = ["/usr/bin/python3", "-I", "-S", str(program), "look", str(program), str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    said = json.loads(answer.read_text())
    assert said["ok"] is True
    assert {path: (file["content"], file["mode"]) for path, file in said["files"].items()} == {
        str(tmp_path / "file"): ("hello\n", 0o640)
    }
    assert answer.stat().st_mode & 0o777 == 0o600
