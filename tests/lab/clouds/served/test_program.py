"""The program: its ready line, its ends, its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab.clouds.bench import settings
from tests.lab.clouds.served.world import World, end, opened

pytestmark = pytest.mark.full


def running(pid: int) -> bool:
    """Whether a process runs (a dead one that nobody waited for does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(running(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_ready_line_and_a_quiet_end(world: World, number: signal.Signals) -> None:
    clouds = world.serve()
    pids = list(clouds.ready["knotd"].values())
    assert {key: value for key, value in clouds.ready.items() if key not in ("pid", "knotd")} == {
        "ready": True,
        "hetzner": "http://127.0.0.1:18081/v1",
        "cloudflare": "http://127.0.0.1:18082/client/v4",
        "management": "http://127.0.0.1:18083",
    }
    assert clouds.ready["pid"] == clouds.process.pid
    assert all(running(pid) for pid in pids)
    clouds.process.send_signal(number)
    out, complaints = clouds.process.communicate(timeout=20)
    assert (clouds.process.returncode, out, complaints, gone(pids)) == (0, "", "", True)


def test_its_knotd_do_not_outlive_a_kill(world: World) -> None:
    clouds = world.serve()
    pids = list(clouds.ready["knotd"].values())
    os.kill(clouds.process.pid, signal.SIGKILL)
    end(clouds.process)
    assert gone(pids)


def test_nothing_of_an_earlier_run_is_served(world: World) -> None:
    clouds = world.serve()
    clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})
    assert end(clouds.process) == 0
    again = world.serve()
    assert again.visitor.looks_up("mesh.example", "SOA", "203.0.113.53")["rcode"] == "REFUSED"


def test_a_nameserver_address_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with opened(tmp_path, ["192.0.2.1/32"]) as world:
        clouds = world.serve()
        _, complaints = clouds.process.communicate(timeout=20)
    assert (clouds.ready, clouds.process.returncode) == ({}, 1)
    assert complaints == (
        "knotd does not listen on 203.0.113.53, 2001:db8:53::1, 203.0.113.54 port 53. "
        "Every nameserver address must exist on this machine, "
        f"with the port free; see {tmp_path}/state/knot-hetzner/knotd.log.\n"
    )


def test_a_port_that_is_taken_is_told(world: World) -> None:
    taken = (
        "import socket; s = socket.create_server(('127.0.0.1', 18082)); print('taken', flush=True); input()"
    )
    holder = world.start(sys.executable, "-c", taken, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "taken\n"
    clouds = world.serve()
    _, complaints = clouds.process.communicate(timeout=20)
    assert (clouds.ready, clouds.process.returncode, complaints) == (
        {},
        1,
        "cannot listen on http://127.0.0.1:18082: Address already in use. End what listens there.\n",
    )


def test_a_state_directory_in_use_is_told(world: World) -> None:
    first = world.serve()
    second = world.serve()
    _, complaints = second.process.communicate(timeout=20)
    in_use = f"{world.directory}/state is in use by other stand-ins"
    told = f"{in_use}. End them, or choose another state directory.\n"
    assert (second.process.returncode, complaints) == (1, told)
    assert first.hetzner("GET", "/zones")["zones"] == []


def test_wrong_settings_are_told_with_exit_code_2(tmp_path: Path) -> None:
    known = json.loads(settings(tmp_path).model_dump_json())
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(known))
    command = [sys.executable, "-m", "ffinfra.lab.clouds", "--settings", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    why = "Value error, must have exactly 64 characters, or the hcloud plugin refuses it"
    way_out = "See CloudSettings in ffinfra/lab/clouds/settings.py."
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == f"{file}: hetzner.token: {why}. {way_out}\n"
