"""The Pulumi command, as the gate calls it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ffinfra.gate.policy_packs import policy_packs
from ffinfra.problems import OperationalError

PREVIEW_TIMEOUT = 900
"""Seconds; a preview asks no API, so more means that something hangs."""

_VERSIONS: Final[dict[tuple[str, int] | None, str]] = {}
"""What an executable, as it was last changed, said of its version."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview printed and wrote.

    Attributes:
        digest: the JSON text; secrets in it are masked.
        plan: the update plan with secrets in clear, or None when the preview failed.
        talk: what the engine said on stderr.
        exit_code: the engine's.
        events: its event log, which may hold secrets in clear.
    """

    digest: str
    plan: str | None
    talk: str
    exit_code: int
    events: str = ""

    def __repr__(self) -> str:
        return f"Preview(exit_code={self.exit_code})"


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine for one stack of one project."""

    project: Path
    stack: str
    environment: Mapping[str, str]

    def preview(self, *, approval: str | None = None, refresh: bool = False) -> Preview:
        """Run a preview that shows everything the digest can show, judged by the project's packs; keep its plan.

        Args:
            approval: the identifier of the approval that the program is to use.
            refresh: ask the APIs how things really are; a plain preview asks them nothing.
        """
        with private_folder() as folder:
            plan, log = folder / "plan.json", folder / "events.jsonl"
            arguments = [
                "preview", "--json", "--show-replacement-steps", "--show-sames", "--show-reads",
                "--show-secrets", "--save-plan", str(plan), "--event-log", str(log),
                *(["--refresh"] if refresh else []),
                *(part for pack in policy_packs(self.project) for part in ("--policy-pack", str(pack))),
            ]  # fmt: skip
            result = self.run(arguments, approval=approval, timeout=PREVIEW_TIMEOUT)
            text = plan.read_text() if plan.is_file() and result.returncode == 0 else None
            events = log.read_text() if log.is_file() else ""
        return Preview(result.stdout, text, result.stderr, result.returncode, events)

    def export(self) -> str:
        """The state with secrets in clear; keep it in memory.

        Raises:
            OperationalError: the stack or its backend cannot be read.
        """
        return self._must(["stack", "export", "--show-secrets"], "the state cannot be read")

    def configuration(self) -> dict[str, Any]:
        """The configuration with secrets in clear: key -> value; structured values as JSON values.

        Raises:
            OperationalError: the stack file or its passphrase cannot be used.
        """
        text = self._must(["config", "--show-secrets", "--json"], "the configuration cannot be read")
        return {
            key: entry.get("objectValue", entry.get("value"))
            for key, entry in sorted(json.loads(text).items())
        }

    def version(self) -> str:
        """The engine's version; asked once of each executable, as it takes a quarter of a second to answer.

        Raises:
            OperationalError: it is missing or does not run.
        """
        found = shutil.which("pulumi", path=self.environment.get("PATH"))
        known = (found, Path(found).stat().st_mtime_ns) if found else None
        if known not in _VERSIONS:
            said = self._must(["version"], "pulumi does not run", stack=False)
            _VERSIONS[known] = said.strip().removeprefix("v")
        return _VERSIONS[known]

    def backend(self) -> str:
        """The address of the backend: that of the environment, else of Pulumi.yaml or the last login.

        Raises:
            OperationalError: nobody is logged in.
        """
        told = self.environment.get("PULUMI_BACKEND_URL")
        if told:
            return told
        text = self._must(["whoami", "--json"], "the backend is not known", stack=False)
        return str(json.loads(text)["url"])

    def stack_exists(self) -> bool:
        """Whether the stack is there."""
        names = json.loads(self._must(["stack", "ls", "--json"], "the stacks cannot be listed", stack=False))
        return any(entry["name"].rsplit("/", 1)[-1] == self.stack for entry in names)

    def run(
        self, arguments: list[str], *, approval: str | None = None, timeout: float, stack: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run the command; any exit code is an answer.

        Raises:
            OperationalError: it is missing or does not end.
        """
        environment = {**self.environment, **({"FFINFRA_APPROVAL": approval} if approval else {})}
        if "--event-log" in arguments:
            environment["PULUMI_DEBUG_COMMANDS"] = "1"  # the engine keeps this option for those who set it
        command = ["pulumi", *arguments, "--non-interactive", *(["--stack", self.stack] if stack else [])]
        try:
            return subprocess.run(
                command, cwd=self.project, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                text=True, check=False, timeout=timeout,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise OperationalError("pulumi is missing", "Run make setup in the checkout") from error
        except subprocess.TimeoutExpired as error:
            raise OperationalError(
                f"pulumi {arguments[0]} did not end within {timeout:.0f} seconds",
                "Look for a provider that hangs; pulumi cancel clears the lock of a dead run",
            ) from error

    def _must(self, arguments: list[str], what: str, *, stack: bool = True) -> str:
        result = self.run(arguments, timeout=120, stack=stack)
        if result.returncode:
            raise OperationalError(
                f"{what}: {_first_error(result.stderr)}", _way_out(result.stderr, self.stack)
            )
        return result.stdout


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for the owner's eyes only, in memory where the system offers that; gone afterwards."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    candidates = (runtime, "/dev/shm")  # noqa: S108 - the folder made in it is new and has mode 0700
    memory = next((part for part in candidates if part and os.access(part, os.W_OK)), None)
    with tempfile.TemporaryDirectory(prefix="ffinfra-", dir=memory) as folder:
        yield Path(folder)


def _first_error(talk: str) -> str:
    lines = [line.strip().removeprefix("error: ") for line in talk.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "passphrase" in line] or lines
    return errors[0] if errors else "no reason given"


def _way_out(talk: str, stack: str) -> str:
    if "passphrase" in talk:
        return f"Export PULUMI_CONFIG_PASSPHRASE (or _FILE) of stack {stack}"
    if "no stack named" in talk:
        return f"Select it with pulumi stack select {stack}, or make it with pulumi stack init {stack}"
    return "Check PULUMI_BACKEND_URL, or run pulumi login"
