"""What a broken-off apply left: processes and a lock; nothing of an apply that lives is touched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ffinfra.gate.engine import Engine
from ffinfra.gate.exclusive import alone
from ffinfra.gate.leftovers import clear_own_lock, end_orphans
from ffinfra.gate.processes import Process, own_identity, parsed, process, runs
from ffinfra.gate.update_run import MARK, PARENT_MARK
from ffinfra.problems import OperationalError
from tests.lab.plugins.engine import pulumi

LINE = (
    "4711 (pulumi (x) y) {state} 1 4711 4711 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 9 0 8642 {octets} 900 "
    "18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 9"
)
APPROVAL = "ab" * 32
GONE = "4711:1"
"""A process that ended: another one may have its number, never its start time."""


@pytest.mark.parametrize("state", ["R", "S", "D", "T"])
def test_a_process_with_memory_is_alive(state: str) -> None:
    line = LINE.format(state=state, octets=1310720)
    assert parsed(4711, line) == Process(4711, "pulumi (x) y", "8642")


@pytest.mark.parametrize(("state", "octets"), [("Z", 0), ("X", 0), ("R", 0), ("D", 0)])
def test_one_that_ended_or_was_killed_is_not(state: str, octets: int) -> None:
    """A killed one without memory may stand as running for some milliseconds before it is a zombie."""
    assert parsed(4711, LINE.format(state=state, octets=octets)) is None


def test_a_number_that_is_used_again_is_another_process() -> None:
    assert runs(own_identity())
    assert not runs(f"{os.getpid()}:1")
    assert not runs("")


@pytest.fixture
def started() -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts a child of an apply; the apply is named."""
    children: list[subprocess.Popen[bytes]] = []

    def start(by: str) -> subprocess.Popen[bytes]:
        marks = {MARK: APPROVAL, PARENT_MARK: by}
        child = subprocess.Popen(["sleep", "120"], env={**os.environ, **marks})
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()


def test_orphans_are_ended(started: Callable[[str], subprocess.Popen[bytes]]) -> None:
    child = started(GONE)
    assert end_orphans({"cd" * 32}) == 0
    assert end_orphans({APPROVAL, "cd" * 32}) == 1
    assert child.wait() == -15


def test_the_children_of_an_apply_that_lives_are_left_alone(
    started: Callable[[str], subprocess.Popen[bytes]],
) -> None:
    child = started(own_identity())
    with pytest.raises(OperationalError, match=f"is being applied by process {os.getpid()}"):
        end_orphans({APPROVAL})
    assert child.poll() is None


def test_one_apply_at_a_time(tmp_path: Path) -> None:
    refused = pytest.raises(
        OperationalError, match=rf"being applied from this checkout \(process {os.getpid()}\)"
    )
    with alone(tmp_path, "prod"), alone(tmp_path, "failover"), refused, alone(tmp_path, "prod"):
        pass
    with alone(tmp_path, "prod"):
        pass


def test_the_lock_of_a_dead_apply_is_free(tmp_path: Path) -> None:
    """And no child that lives on holds it."""
    code = (
        "import os, subprocess, sys\nfrom pathlib import Path\nfrom ffinfra.gate.exclusive import alone\n"
        "with alone(Path(sys.argv[1]), 'prod'):\n"
        "    child = subprocess.Popen(['sleep', '120'], stdout=subprocess.DEVNULL)\n"
        "    print(child.pid, flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    command = [".venv/bin/python", "-c", code, str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, cwd=Path(__file__).parents[2])
    child = int(done.stdout)
    assert process(child) is not None
    with alone(tmp_path, "prod"):
        os.kill(child, 9)


class Backend:
    """A folder of states with locks in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine(folder, "prod", {"PULUMI_BACKEND_URL": f"file://{folder}"})

    def lock(self, project: str, stack: str, pid: int, host: str = "") -> Path:
        file = self.folder / ".pulumi" / "locks" / "organization" / project / stack / "x.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            json.dumps({"pid": pid, "username": "alex", "hostname": host or socket.gethostname()})
        )
        return file


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    return Backend(tmp_path)


@pytest.fixture
def ended() -> int:
    """The number of a process that has ended."""
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_the_lock_of_a_dead_process_is_cleared_and_no_other(backend: Backend, ended: int) -> None:
    own = backend.lock("ffinfra", "prod", ended)
    others = [backend.lock("website", "prod", ended), backend.lock("ffinfra", "failover", ended)]
    assert clear_own_lock(backend.engine)
    assert (own.exists(), [one.exists() for one in others]) == (False, [True, True])
    assert not clear_own_lock(backend.engine)


def test_the_lock_of_a_living_process_stands(backend: Backend) -> None:
    file = backend.lock("ffinfra", "prod", os.getpid())
    with pytest.raises(OperationalError, match=rf"being updated by alex@.* \(pid {os.getpid()}\)"):
        clear_own_lock(backend.engine)
    assert file.exists()


def test_the_lock_of_another_machine_stands(backend: Backend, ended: int) -> None:
    file = backend.lock("ffinfra", "prod", ended, host="laptop")
    with pytest.raises(OperationalError, match="locked by alex@laptop"):
        clear_own_lock(backend.engine)
    assert file.exists()


@pytest.mark.full
def test_the_backend_of_a_login_is_found(tmp_path: Path, backend: Backend, ended: int) -> None:
    """Where no variable names it: ``pulumi login`` wrote it into the home of Pulumi."""
    file = backend.lock("ffinfra", "prod", ended)
    environment = {
        "HOME": str(tmp_path),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(pulumi()).parent}:{os.environ['PATH']}",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    login = [pulumi(), "login", f"file://{tmp_path}"]
    subprocess.run(login, env=environment, check=True, capture_output=True)
    assert clear_own_lock(Engine(tmp_path, "prod", environment))
    assert not file.exists()
