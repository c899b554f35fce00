"""Which project and which stack a command is about."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ffinfra.problems import OperationalError
from ffinfra.project import engine_environment, find_project, for_stack

if TYPE_CHECKING:
    from ffinfra.gate.previewing import Gate

StackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="The stack; without it, the one that is selected.")
]
ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="A folder of the project; without it, the current one.")
]


def the_project(given: Path | None) -> Path:
    """The project's folder.

    Raises:
        OperationalError: there is none here.
    """
    return find_project((given or Path.cwd()).resolve())


def gate_of(project: Path | None, stack: str | None) -> Gate:
    """The gate of a stack.

    Raises:
        OperationalError: there is no project, or no stack is selected.
    """
    from ffinfra.gate.previewing import Gate  # noqa: PLC0415 - half a second, for those who need it

    folder = the_project(project)
    environment = engine_environment(folder)
    name = stack or _selected_stack(folder, environment)
    return Gate(folder, name, for_stack(environment, name))


def _selected_stack(folder: Path, environment: dict[str, str]) -> str:
    answer = subprocess.run(
        ["pulumi", "stack", "--show-name", "--non-interactive"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode:
        raise OperationalError("no stack is selected", "Name one with --stack, or: pulumi stack select NAME")
    return answer.stdout.strip().rsplit("/", 1)[-1]
