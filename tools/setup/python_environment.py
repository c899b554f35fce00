"""The virtual environment, from a requirements file locked by hashes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from tools.setup.command import run
from tools.setup.step import ROOT, SetupError, Step, digest_of

ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
POLICY_LOCK = ROOT / "requirements-policy.lock"
"""Pulumi's SDK for policy packs, whose own requirements contradict the others."""


class PythonEnvironment(Step):
    """Makes .venv and installs the locked packages and the project itself into it."""

    name = "python environment"
    usual_duration = "1 to 2 minutes"

    def inputs(self) -> list[str]:
        """Python's version, the locks, what of the project is installed, and the place of the checkout."""
        return [sys.version, digest_of(LOCK, POLICY_LOCK), _installed_parts(), str(ROOT)]

    def present(self) -> bool:
        """The console script is there."""
        return (ENVIRONMENT / "bin" / "ffinfra").is_file()

    def run(self) -> None:
        """Make it anew: a half-made environment is not worth mending."""
        self._clear()
        python = ENVIRONMENT / "bin" / "python"
        try:
            run([sys.executable, "-m", "venv", str(ENVIRONMENT)])
        except SetupError as error:
            raise SetupError(f"{error}\n    On Debian: apt-get install python3-venv") from error
        packages = len(re.findall(r"^\S+==", LOCK.read_text(), re.MULTILINE))
        seen: set[str] = set()

        def progress(line: str) -> str | None:
            if line.startswith("Collecting "):
                seen.add(line)
            return f"{len(seen)} of at most {packages} packages" if seen else line

        pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        run([*pip, "--require-hashes", "-r", str(LOCK)], progress=progress)
        run([*pip, "--require-hashes", "--no-deps", "-r", str(POLICY_LOCK)])
        run([*pip, "--no-deps", "--no-index", "--no-build-isolation", "-e", str(ROOT)])
        run([str(python), "-m", "compileall", "-q", "ffinfra", "components"], cwd=ROOT)

    def _clear(self) -> None:
        """Remove the old environment, and a link or file of that name."""
        if ENVIRONMENT.is_symlink() or ENVIRONMENT.is_file():
            ENVIRONMENT.unlink()
        elif ENVIRONMENT.exists():
            _remove_tree(ENVIRONMENT)


def _installed_parts() -> str:
    """What pyproject.toml says of the project and how it is built; settings of linters install nothing."""
    import tomllib  # noqa: PLC0415 - an older Python is told so before this is asked

    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    tool = tables.get("tool", {}).get("setuptools", {})
    return json.dumps([tables.get("build-system"), tables.get("project"), tool], sort_keys=True)


def _remove_tree(directory: Path) -> None:
    """Rename first, so that a broken-off removal never looks like an environment."""
    doomed = directory.with_name(directory.name + ".old")
    shutil.rmtree(doomed, ignore_errors=True)
    directory.rename(doomed)
    shutil.rmtree(doomed)
