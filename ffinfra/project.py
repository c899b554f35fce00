"""The project on disk: where it is, and the environment in which its engine runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from ffinfra.problems import OperationalError

PROJECT_NAME = "ffinfra"
_OPTION_PREFIX = "PULUMI_OPTION_"
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin")
"""Where Debian puts daemons such as knotd; an ordinary user's PATH lacks them."""


def find_project(start: Path) -> Path:
    """The folder with our Pulumi.yaml, at ``start`` or above it.

    Raises:
        OperationalError: there is none, or the nearest Pulumi.yaml cannot be read.
    """
    for folder in (start, *start.parents):
        file = folder / "Pulumi.yaml"
        if file.is_file() and _project_name(file) == PROJECT_NAME:
            return folder
    raise OperationalError(
        f"{start} lies in no ffinfra project (there is no Pulumi.yaml with name: {PROJECT_NAME})",
        "Change into the checkout, or give its path with --project",
    )


def _project_name(file: Path) -> str | None:
    """The name in a Pulumi.yaml; None where it has none."""
    try:
        content = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        first_words = " ".join(str(error).split())
        raise OperationalError(
            f"{file} cannot be read: {first_words}", "Correct it; `git diff` shows what changed in it"
        ) from error
    name = content.get("name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else None


def for_stack(environment: Mapping[str, str], stack: str) -> dict[str, str]:
    """The environment with what one stack has for itself, as ``.ci/of-stack`` takes it.

    FFINFRA_BACKEND_FAILOVER and FFINFRA_PASSPHRASE_FAILOVER stand in for Pulumi's variables on that stack, so that
    one command can work on both.
    """
    taken = dict(environment)
    ending = stack.upper().replace("-", "_")
    if backend := environment.get(f"FFINFRA_BACKEND_{ending}"):
        taken["PULUMI_BACKEND_URL"] = backend
    if passphrase := environment.get(f"FFINFRA_PASSPHRASE_{ending}"):
        taken["PULUMI_CONFIG_PASSPHRASE"] = passphrase
    return taken


def engine_environment(project: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the engine: its command and this Python first on PATH, daemons last, no downloads.

    The language host that is built from modules ignores the virtual environment that Pulumi.yaml names, so
    the interpreter is named by PULUMI_PYTHON_CMD.
    """
    given = os.environ if base is None else base
    # Each of them stands for an option of the command (PULUMI_OPTION_EXCLUDE), which would narrow what is previewed,
    # planned and applied alike, so that nobody would see it.
    environment = {name: value for name, value in given.items() if not name.startswith(_OPTION_PREFIX)}
    folders = [str(project / ".tools" / "bin"), str(Path(sys.executable).parent)]
    environment["PATH"] = os.pathsep.join([*folders, environment.get("PATH", os.defpath), *SYSTEM_FOLDERS])
    environment["PULUMI_PYTHON_CMD"] = sys.executable
    # The engine is short-lived and holds little: collecting garbage a quarter as often saves a tenth of its time.
    environment.setdefault("GOGC", "400")
    environment.setdefault("PULUMI_SKIP_UPDATE_CHECK", "1")
    environment.setdefault("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
    return environment
