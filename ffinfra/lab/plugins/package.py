"""Putting the stand-ins into a Pulumi home, where the engine finds them in place of the official plugins.

``python -m ffinfra.lab.plugins.package PULUMI_HOME`` installs both. An official plugin that is already there
stays (https://www.pulumi.com/docs/iac/concepts/plugins/ and ``pulumi plugin install --help``).
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ffinfra.problems import OperationalError

PROJECT_ROOT: Final = Path(__file__).resolve().parents[3]


class Outcome(Enum):
    """What became of one plugin."""

    INSTALLED = "the lab's stand-in is installed"
    UNCHANGED = "the lab's stand-in is already there"
    OFFICIAL = "the official plugin is there and stays"


@dataclass(frozen=True, slots=True)
class StandIn:
    """One stand-in and the package whose programs ask for it."""

    name: str
    package: str

    @property
    def version(self) -> str:
        """The version that programs ask for: that of the installed package."""
        return version(self.package)

    @property
    def executable(self) -> str:
        """The name that the engine looks for."""
        return f"pulumi-resource-{self.name}"

    @property
    def module(self) -> str:
        """The module that is run."""
        return f"ffinfra.lab.plugins.{self.name}"


STAND_INS: Final = (StandIn("hcloud", "pulumi_hcloud"), StandIn("cloudflare", "pulumi_cloudflare"))


def launcher(stand_in: StandIn, python: Path, project_root: Path) -> str:
    """The executable: a shell script that becomes the interpreter; ``-P`` keeps the program's folder out."""
    return (
        "#!/bin/sh\n"
        f"# {stand_in.module}: the lab's stand-in for the official plugin\n"
        f"export PYTHONPATH={shlex.quote(str(project_root))}\n"
        f'exec {shlex.quote(str(python))} -P -m {stand_in.module} "$@"\n'
    )


def write_archive(
    stand_in: StandIn, archive: Path, *, python: Path, project_root: Path = PROJECT_ROOT
) -> None:
    """Write the ``.tar.gz`` that ``pulumi plugin install --file`` takes."""
    script = launcher(stand_in, python, project_root).encode()
    member = tarfile.TarInfo(stand_in.executable)
    member.size, member.mode = len(script), 0o755
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(member, io.BytesIO(script))


def install(
    pulumi_home: Path,
    *,
    pulumi: str = "pulumi",
    python: Path | None = None,
    project_root: Path = PROJECT_ROOT,
) -> Mapping[str, Outcome]:
    """Install both stand-ins into this home; returns what became of each, by name.

    Args:
        pulumi_home: the directory that PULUMI_HOME names; made where it is missing.
        pulumi: the CLI, found on PATH.
        python: the interpreter with our dependencies; this one where none is given.
        project_root: the checkout that holds ``ffinfra``.

    Raises:
        OperationalError: the CLI is missing or refused.
    """
    interpreter = python or Path(sys.executable)
    pulumi_home.mkdir(parents=True, exist_ok=True)
    return {
        stand_in.name: _install_one(stand_in, pulumi_home, pulumi, interpreter, project_root)
        for stand_in in STAND_INS
    }


def _install_one(
    stand_in: StandIn, pulumi_home: Path, pulumi: str, python: Path, project_root: Path
) -> Outcome:
    folder = pulumi_home / "plugins" / f"resource-{stand_in.name}-v{stand_in.version}"
    present = folder / stand_in.executable
    if present.exists():
        content = present.read_bytes()
        if stand_in.module.encode() not in content[:1000]:
            return Outcome.OFFICIAL
        if content == launcher(stand_in, python, project_root).encode():
            return Outcome.UNCHANGED
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / f"{stand_in.executable}.tar.gz"
        write_archive(stand_in, archive, python=python, project_root=project_root)
        _run_install(stand_in, archive, pulumi_home, pulumi)
    return Outcome.INSTALLED


def _run_install(stand_in: StandIn, archive: Path, pulumi_home: Path, pulumi: str) -> None:
    what = ["plugin", "install", "resource", stand_in.name, stand_in.version]
    environment = os.environ | {"PULUMI_HOME": str(pulumi_home), "PULUMI_SKIP_UPDATE_CHECK": "1"}
    try:
        run = subprocess.run(
            [pulumi, *what, "--file", str(archive), "--reinstall"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        way_out = "Run tools/setup, and put .tools/bin on PATH"
        raise OperationalError(f"there is no program {pulumi!r}", way_out) from error
    if run.returncode != 0:
        said = run.stderr.strip() or run.stdout.strip()
        text = f"`pulumi {' '.join(what)}` ended with {run.returncode}: {said}"
        raise OperationalError(text, f"Look at {pulumi_home}")


def main() -> int:
    """Install into the home given as the only argument."""
    if len(sys.argv) != 2:
        print("usage: python -m ffinfra.lab.plugins.package PULUMI_HOME", file=sys.stderr)
        return 2
    try:
        outcomes = install(Path(sys.argv[1]))
    except OperationalError as error:
        print(error, file=sys.stderr)
        return 1
    for name, outcome in outcomes.items():
        print(f"{name}: {outcome.value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
