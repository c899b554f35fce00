"""The set-up of a checkout: done once, quick afterwards, finished by a second run when broken off, fine offline."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.setup.step import ROOT
from tools.setup.system_packages import packages

pytestmark = pytest.mark.full

LOCKS = ("requirements.lock", "requirements-policy.lock")
QUICK_SECONDS = 2.0
PATIENCE_SECONDS = 120.0
_PROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "ffinfra"
version = "0"
"""
# A build backend by PEP 517 and 660 that needs no package: the set-up under test is to run without a network.
_BACKEND = """\
import pathlib
import zipfile

METADATA = "Metadata-Version: 2.1\\nName: ffinfra\\nVersion: 0\\n"
WHEEL = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "ffinfra-0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("ffinfra.pth", str(pathlib.Path.cwd()))
        wheel.writestr("ffinfra-0.dist-info/METADATA", METADATA)
        wheel.writestr("ffinfra-0.dist-info/WHEEL", WHEEL)
        wheel.writestr("ffinfra-0.dist-info/entry_points.txt", "[console_scripts]\\nffinfra = ffinfra:main\\n")
        wheel.writestr("ffinfra-0.dist-info/RECORD", "")
    return name
"""
_PULUMI = """\
#!/bin/sh
echo v{version}
"""


class Checkout:
    """A checkout with the real set-up and a project that needs no package, on a machine without network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        shutil.copytree(ROOT / "tools", self.folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / "pyproject.toml").write_text(_PROJECT)
        (self.folder / "backend.py").write_text(_BACKEND)
        for lock in LOCKS:
            (self.folder / lock).write_text("")
        for package in ("ffinfra", "components"):
            (self.folder / package).mkdir()
            (self.folder / package / "__init__.py").write_text("def main() -> None: ...\n")
        self.machine = folder / "machine"
        self.install_pulumi("3.259.0")
        self.environment = {
            **os.environ,
            "PATH": f"{self.machine}{os.pathsep}{os.environ['PATH']}",
            "PIP_NO_INDEX": "1",
            "GOPROXY": "off",
            "GOFLAGS": "-mod=mod",
            "CI": "",
        }

    def install_pulumi(self, version: str) -> None:
        """Give the machine a pulumi of its own."""
        self.machine.mkdir(exist_ok=True)
        for name in ("pulumi", "pulumi-language-python", "pulumi-language-python-exec"):
            program = self.machine / name
            program.write_text(_PULUMI.format(version=version))
            program.chmod(0o755)

    def take_go_away(self) -> None:
        """Leave the folders out of PATH that hold a Go tool chain."""
        folders = self.environment["PATH"].split(os.pathsep)
        self.environment["PATH"] = os.pathsep.join(
            folder for folder in folders if not (Path(folder) / "go").exists()
        )

    def start(self) -> subprocess.Popen[str]:
        """Begin the set-up."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools.setup", "--for", "gate"], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def run(self) -> tuple[int, str, float]:
        """Run the set-up: exit code, what it said, seconds of work, which other tests beside it do not stretch."""
        before = _seconds_of_children()
        process = self.start()
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, said, _seconds_of_children() - before

    @property
    def steps_done(self) -> list[str]:
        """The steps with a stamp."""
        return sorted(path.name for path in (self.folder / ".tools" / "stamps").glob("*"))

    @property
    def made(self) -> set[str]:
        """What lies in the checkout that was not cloned, apart from compiled modules."""
        cloned = {"tools", "pyproject.toml", "backend.py", *LOCKS, "ffinfra", "components", "__pycache__"}
        return {path.name for path in self.folder.iterdir()} - cloned


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    missing = [package.name for package in packages() if not package.installed]
    if missing:
        pytest.skip(f"missing system packages: {', '.join(missing)}")
    return Checkout(tmp_path)


def test_life_of_a_checkout(checkout: Checkout) -> None:
    code, said, _ = checkout.run()
    assert (code, checkout.steps_done) == (0, ["pulumi", "python-environment"]), said
    assert [line for line in said.splitlines() if line.startswith("==>")] == [
        "==> python environment (usually 1 to 2 minutes)",
        "==> pulumi (usually seconds, or 5 to 10 minutes where it is built from source)",
    ]
    assert checkout.made == {".tools", ".venv"}
    assert (checkout.folder / ".tools" / "bin" / "pulumi").resolve() == checkout.machine / "pulumi"
    code, said, seconds = checkout.run()
    assert (code, said) == (0, "")
    assert seconds < QUICK_SECONDS
    (checkout.folder / "requirements.lock").write_text("# another\n")
    code, said, _ = checkout.run()
    assert code == 0
    assert [line for line in said.splitlines() if line.startswith("==>")] == [
        "==> python environment (usually 1 to 2 minutes)"
    ]
    checkout.install_pulumi("3.249.9")
    checkout.take_go_away()
    code, said, _ = checkout.run()
    assert code == 1
    assert said.splitlines()[-2:] == [
        "set-up stopped: there is no pulumi of 3.250 or newer on PATH, and no go to build one.",
        "    Install Pulumi (https://www.pulumi.com/docs/iac/download-install/) or Go 1.25 or newer.",
    ]


def test_killed_in_the_middle(checkout: Checkout) -> None:
    process = checkout.start()
    python = checkout.folder / ".venv" / "bin" / "python"
    _await(python.exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert checkout.steps_done == []
    code, said, _ = checkout.run()
    assert (code, checkout.steps_done) == (0, ["pulumi", "python-environment"]), said
    assert (checkout.folder / ".venv" / "bin" / "ffinfra").is_file()


def test_interrupted(checkout: Checkout) -> None:
    process = checkout.start()
    _await((checkout.folder / ".venv" / "bin" / "python").exists)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "set-up broken off; run it again and it goes on"


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _await(condition: Callable[[], bool]) -> None:
    """Until a condition holds.

    Raises:
        TimeoutError: it does not within two minutes.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the set-up did not get there")
        time.sleep(0.02)
