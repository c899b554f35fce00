"""A checkout with the scripts of .ci, in which ``ffinfra`` notes how it is called and ends as told."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.checkout import CHECKOUT

_PLAYED = """\
#!/bin/sh
echo "$*" >>calls
case "$*" in
apply*) echo "${PULUMI_BACKEND_URL:-} ${PULUMI_CONFIG_PASSPHRASE:-}" >>environments;;
esac
case "$*" in
*--json*) [ -n "${SILENT:-}" ] || echo '{"schema": "played/1"}';;
esac
case "$*" in
alarm*) exit "${ALARM:-0}";;
"gate report"*) exit "${REPORT:-0}";;
gate*) exit 0;;
*prod*) exit "${PROD:-0}";;
*failover*) exit "${FAILOVER:-0}";;
credentials*) exit "${CREDENTIALS:-0}";;
esac
"""


@dataclass(frozen=True)
class Ended:
    """How a script ended.

    Attributes:
        code: its exit code.
        calls: how ``ffinfra`` was called.
        said: what it printed.
    """

    code: int
    calls: list[str]
    said: str


class PlayedCheckout:
    """The scripts beside a played command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(CHECKOUT / ".ci", folder / ".ci")
        program = folder / ".venv/bin/ffinfra"
        program.parent.mkdir(parents=True)
        program.write_text(_PLAYED)
        program.chmod(0o755)
        python = program.with_name("python")
        python.write_text('#!/bin/sh\necho "python $*" >>calls\n')
        python.chmod(0o755)

    def run(self, name: str, *arguments: str, **variables: str) -> Ended:
        """Run a script from somewhere else, as a runner may."""
        return self._run([str(self.folder / ".ci" / name), *arguments], Path("/"), variables)

    def run_lines(self, lines: Sequence[str], **variables: str) -> Ended:
        """Run the lines of a job as GitLab's runner does: one shell, which ends at the first that fails."""
        return self._run(["sh", "-e", "-c", "\n".join(lines)], self.folder, variables)

    def _run(self, command: list[str], folder: Path, variables: Mapping[str, str]) -> Ended:
        (self.folder / "calls").write_text("")
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **variables}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        return Ended(done.returncode, (self.folder / "calls").read_text().splitlines(), done.stdout)
