"""The real engine with a home, a backend and a program of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.lab.plugins.interpreter import quick_interpreter
from tests.lab.plugins.key_server import SECRETS_PROVIDER, key_server_variables

REPOSITORY = Path(__file__).resolve().parents[3]
TOOLS = REPOSITORY / ".tools" / "bin"

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def pulumi() -> str:
    """The CLI of PULUMI_CLI, of the checkout or of PATH; without one the test is skipped."""
    found = os.environ.get("PULUMI_CLI") or shutil.which(
        "pulumi", path=f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if not found:
        pytest.skip("no pulumi: neither PULUMI_CLI nor .tools/bin nor PATH has one")
    return found


def engine_variables(folder: Path) -> dict[str, str]:
    """The environment of an engine whose ``home`` and ``backend`` lie in a folder, and that asks nobody outside."""
    bins = [
        str(Path(pulumi()).parent),
        str(TOOLS),
        str(REPOSITORY / ".venv" / "bin"),
        os.environ.get("PATH", ""),
    ]
    return {
        "HOME": str(folder),
        "PATH": os.pathsep.join(bins),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_PYTHON_CMD": quick_interpreter(folder),
        "GOGC": "off",  # its processes end before collecting garbage would pay
        **key_server_variables(),
    }


@dataclass
class Engine:
    """One project with one stack, ``test``."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cli = pulumi()
        self.home = self.folder / "home"
        self.project = self.folder / "project"
        for path in (self.home, self.project, self.folder / "backend"):
            path.mkdir(parents=True, exist_ok=True)
        (self.project / "Pulumi.yaml").write_text("name: example\nruntime: python\n")
        self.environment = {**engine_variables(self.folder), **self.variables}

    def program(self, text: str) -> None:
        """Write the program."""
        (self.project / "__main__.py").write_text(text)

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run the CLI; returns what it said on both channels, without colours."""
        done = subprocess.run(
            [self.cli, *arguments, "--non-interactive"],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        said = _COLOUR.sub("", done.stdout + done.stderr)
        assert (done.returncode != 0) == fails, f"{' '.join(arguments)} ended with {done.returncode}:\n{said}"
        return said

    def init(self) -> None:
        """Make the stack."""
        self.run("stack", "init", "test", "--secrets-provider", SECRETS_PROVIDER)

    def up(self, *more: str, fails: bool = False) -> str:
        return self.run("up", "--yes", "--skip-preview", *more, fails=fails)

    def steps(self, *more: str, fails: bool = False) -> dict[str, str]:
        """What a preview plans: name -> operation, without what stays as it is."""
        said = self.run("preview", "--json", *more, fails=fails)
        digest = json.loads(said[said.index("{") : said.rindex("}") + 1])
        return {
            f"{step['urn'].rsplit('::', 1)[-1]}": step["op"]
            for step in digest.get("steps", [])
            if step["op"] != "same"
        }

    def state(self) -> dict[str, dict[str, Any]]:
        """The resources of the state by name."""
        exported = json.loads(self.run("stack", "export", "--show-secrets"))
        resources = exported["deployment"].get("resources") or []
        return {item["urn"].rsplit("::", 1)[-1]: item for item in resources}
