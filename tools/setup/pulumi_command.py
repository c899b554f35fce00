"""The ``pulumi`` command and its Python language host: the machine's own, or built from Go modules.

The command is in no Python registry. Where none of 3.250 or newer is on PATH, both are built from the modules
that golang_cli and golang_host name. The language host of the command's own age is not served as
a module; the last one that is (sdk 3.79.0) works with it, given the ``pulumi-language-python-exec`` of the
command's own age beside it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.setup.command import run
from tools.setup.step import ROOT, TOOLS, SetupError, Step, digest_of

VERSION = "3.259.0"
OLDEST = (3, 250)
BIN = TOOLS / "bin"
HERE = Path(__file__).parent
NAMES = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")


class PulumiCommand(Step):
    """Puts the command and its language host into .tools/bin."""

    name = "pulumi"
    usual_duration = "seconds, or 5 to 10 minutes where it is built from source"

    def inputs(self) -> list[str]:
        """The machine's own command, and the modules to build from without one."""
        sources = [
            HERE / part / name for part in ("golang_cli", "golang_host") for name in ("go.mod", "go.sum")
        ]
        return [VERSION, digest_of(*sources), str(self._own_of_the_machine()), str(ROOT)]

    def present(self) -> bool:
        """All three programs are there."""
        return all((BIN / name).exists() for name in NAMES)

    def run(self) -> None:
        """Link the machine's own, or build."""
        shutil.rmtree(BIN, ignore_errors=True)
        BIN.mkdir(parents=True)
        own = self._own_of_the_machine()
        if own is not None:
            for name in NAMES:
                (BIN / name).symlink_to(own / name)
            return
        if shutil.which("go") is None:
            raise SetupError(
                "there is no pulumi of 3.250 or newer on PATH, and no go to build one.\n"
                "    Install Pulumi (https://www.pulumi.com/docs/iac/download-install/) or Go 1.25 or newer."
            )
        self._build()

    def _own_of_the_machine(self) -> Path | None:
        """The directory of the machine's own command, if it is new enough and complete."""
        path = os.pathsep.join(
            part for part in os.environ.get("PATH", "").split(os.pathsep) if Path(part) != BIN
        )
        found = shutil.which("pulumi", path=path)
        if found is None:
            return None
        directory = Path(found).resolve().parent
        quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"}
        answer = subprocess.run(
            [found, "version"], env=quiet, check=False, capture_output=True, text=True
        ).stdout
        match = re.match(r"v?(\d+)\.(\d+)\.", answer)
        complete = all((directory / name).is_file() for name in NAMES)
        if match and (int(match[1]), int(match[2])) >= OLDEST and complete:
            return directory
        return None

    def _build(self) -> None:
        self._build_program(
            "golang_cli",
            "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            "pulumi",
            f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={VERSION}",
        )
        self._build_program(
            "golang_host",
            "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
            "pulumi-language-python",
            "-s -w",
        )
        self._take_exec_script()

    def _build_program(self, module: str, package: str, name: str, flags: str) -> None:
        """Build one program into place at once or not at all; what Go has compiled stays in its cache."""
        directory = HERE / module
        packages: list[str] = []

        def fetching(line: str) -> str:
            packages.append(line)
            return f"{name}: {line[:70]}"

        run(["go", "list", "-deps", package], cwd=directory, progress=fetching)
        built = 0

        def compiling(_line: str) -> str:
            nonlocal built
            built += 1
            return f"{name}: {built} of at most {len(packages)} packages compiled"

        partial = BIN / f"{name}.partial"
        run(
            ["go", "build", "-v", "-trimpath", "-ldflags", flags, "-o", str(partial), package],
            cwd=directory,
            progress=compiling,
        )
        partial.replace(BIN / name)

    def _take_exec_script(self) -> None:
        answer = subprocess.run(
            ["go", "mod", "download", "-json", f"github.com/pulumi/pulumi/sdk/v3@v{VERSION}"],
            cwd=HERE / "golang_cli",
            check=False,
            capture_output=True,
            text=True,
        )
        if answer.returncode:
            raise SetupError(f"the module sdk/v3 {VERSION} cannot be fetched: {answer.stdout}{answer.stderr}")
        source = Path(json.loads(answer.stdout)["Dir"]) / "python" / "cmd" / "pulumi-language-python-exec"
        target = BIN / "pulumi-language-python-exec"
        target.write_bytes(source.read_bytes())
        target.chmod(0o755)
