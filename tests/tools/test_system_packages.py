"""System packages: installed by root, left to a person otherwise, and no daemon that starts meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tools.setup import system_packages
from tools.setup.step import SetupError
from tools.setup.system_packages import WITHOUT_DAEMONS, Purpose, SystemPackages, packages

LIST = """\
# package | needed by | recognised by | what it is for
meshd     | tests     | meshd-of-no-machine | the mesh drill
signer    | gate      | /nowhere/signer     | signing
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine where two packages are missing; the folder of its programs."""
    listed, programs = tmp_path / "list.txt", tmp_path / "bin"
    listed.write_text(LIST.replace("/nowhere", str(tmp_path)))
    programs.mkdir()
    monkeypatch.setattr(system_packages, "LIST", listed)
    monkeypatch.setattr(system_packages, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.delenv("CI", raising=False)
    return programs


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def apt(folder: Path) -> None:
    """An apt-get that notes what it is told and what a package's script would hear, and brings both packages."""
    beside = folder.parent
    program(
        folder, "apt-get",
        f'echo "apt-get $*" >>{beside}/calls\n'
        f'[ ! -e {beside}/policy-rc.d ] || {{ {beside}/policy-rc.d; echo "policy $?" >>{beside}/calls; }}\n'
        f'[ "$1" = update ] || {{ : >{beside}/signer; cp "$0" {folder}/meshd-of-no-machine; }}',
    )  # fmt: skip


def test_a_person_is_told_the_line_and_what_is_skipped(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SystemPackages().ensure()
    assert capsys.readouterr().err.splitlines() == [
        "==> system packages (usually 1 minute)",
        "    Not root, so this is left to you:",
        "      sudo apt-get install --no-install-recommends meshd signer",
        "    Until then this is skipped:",
        "      meshd-of-no-machine the mesh drill",
        f"      {machine.parent}/signer signing",
    ]
    SystemPackages().ensure()
    assert "Until then this is skipped" in capsys.readouterr().err


def test_set_up_does_not_go_on_without_what_it_needs_itself(machine: Path) -> None:
    (machine.parent / "list.txt").write_text("python3-venv | setup | import ensurepip_of_no_python | it\n")
    with pytest.raises(SetupError) as refused:
        SystemPackages().ensure()
    assert str(refused.value).splitlines() == [
        "set-up itself needs: import ensurepip_of_no_python",
        "    Run: sudo apt-get install --no-install-recommends python3-venv",
    ]


def test_ci_skips_nothing_of_what_its_job_needs(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    program(machine, "sudo", "exit 1")
    with pytest.raises(SetupError) as refused:
        SystemPackages(Purpose.GATE).ensure()
    assert str(refused.value).splitlines() == [
        "missing programs, and CI skips nothing:",
        f"      {machine.parent}/signer signing",
        "    Run as root: apt-get install --no-install-recommends signer",
    ]


def test_ci_may_use_a_sudo_that_asks_nothing(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    program(machine, "sudo", '[ "$1" = -n ] || exit 1\nshift\nexec "$@"')
    apt(machine)
    SystemPackages().ensure()
    assert (machine.parent / "calls").read_text().splitlines() == [
        "apt-get update",
        "apt-get install -y --no-install-recommends meshd signer",
        "policy 101",
    ]
    assert not (machine.parent / "policy-rc.d").exists()


def test_a_person_s_sudo_is_not_used(machine: Path) -> None:
    program(machine, "sudo", f"touch {machine.parent}/used")
    apt(machine)
    SystemPackages().ensure()
    assert sorted(path.name for path in machine.parent.iterdir()) == ["bin", "list.txt"]


def test_root_installs(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    apt(machine)
    SystemPackages(Purpose.GATE).ensure()
    assert (machine.parent / "calls").read_text().splitlines()[1] == (
        "apt-get install -y --no-install-recommends signer"
    )


def test_apt_that_brings_nothing(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(machine, "apt-get", "exit 0")
    with pytest.raises(SetupError, match="apt-get ran, but this is still missing: meshd-of-no-machine"):
        SystemPackages().ensure()


def test_the_list_of_the_repository() -> None:
    assert [package.name for package in packages(Purpose.SETUP)] == ["python3-venv", "ca-certificates"]
    assert {package.name for package in packages(Purpose.GATE)} < {package.name for package in packages()}
    assert len({package.mark for package in packages()}) == len(packages())


def without_daemons(policy: Path, *command: str) -> subprocess.Popen[str]:
    """The command in a session of its own, so that it can be killed as a whole."""
    return subprocess.Popen(
        ["sh", str(WITHOUT_DAEMONS), str(policy), *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize("end", ["exit 0", "exit 7"])
def test_the_policy_goes_with_the_command(tmp_path: Path, end: str) -> None:
    policy = tmp_path / "policy-rc.d"
    process = without_daemons(policy, "sh", "-c", f"{policy}; echo $?; {end}")
    said, _ = process.communicate(timeout=20)
    assert (said, process.returncode) == ("101\n", int(end[-1]))
    assert list(tmp_path.iterdir()) == []


def ended_by(number: signal.Signals, policy: Path) -> None:
    """Begin a command under the policy, and end all of it by a signal."""
    process = without_daemons(policy, "sh", "-c", "echo begun; read word")
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    assert policy.exists()
    os.killpg(process.pid, number)
    process.communicate(timeout=20)


def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    ended_by(signal.SIGINT, tmp_path / "policy-rc.d")
    assert list(tmp_path.iterdir()) == []


def test_killed_it_leaves_a_policy_that_counts_for_nothing_and_removes_itself(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    ended_by(signal.SIGKILL, policy)
    assert subprocess.run([policy, "fastd", "start"], check=False).returncode == 0
    assert not policy.exists()


def test_what_a_killed_one_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    ended_by(signal.SIGKILL, policy)
    without_daemons(policy, "true").communicate(timeout=20)
    assert list(tmp_path.iterdir()) == []


def test_a_policy_of_somebody_else_s_stays(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    program(tmp_path, "policy-rc.d", "exit 102")
    without_daemons(policy, "true").communicate(timeout=20)
    assert policy.read_text() == "#!/bin/sh\nexit 102\n"
