"""What every command needs: the project, the consoles, JSON on request."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel
from rich.console import Console

from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.project import engine_environment, find_project
from ffinfra.report.problem_form import ProblemForm, ProblemsForm

if TYPE_CHECKING:
    from ffinfra.gate.previewing import Gate

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON (docs/schemas) on stdout, talk on stderr.")
]
StackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="The stack; without it, the one that is selected.")
]
ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="A folder of the project; without it, the current one.")
]


def talk() -> Console:
    """The console for people beside results: stderr."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def output(as_json: bool) -> Console:
    """Where results for people go: stdout, or stderr when stdout carries JSON."""
    return talk() if as_json else Console(highlight=False, soft_wrap=True)


def print_json(form: BaseModel) -> None:
    """Print a result for other tools."""
    sys.stdout.write(form.model_dump_json(indent=2, by_alias=True) + "\n")
    sys.stdout.flush()


def print_problems(error: InvalidInputError) -> None:
    """Tell every mistake, one a line, on stderr."""
    console = talk()
    count = len(error.problems)
    console.print(f"[bold red]{count} mistake{'s' if count > 1 else ''} in the input[/]")
    for problem in error.problems:
        console.print(str(problem), markup=False)


def problems_form(error: InvalidInputError) -> ProblemsForm:
    """The same for other tools."""
    return ProblemsForm(
        problems=tuple(
            ProblemForm(
                file=one.place.file,
                line=one.place.line,
                column=one.place.column,
                path=one.path,
                what=one.what,
                way_out=one.way_out,
            )
            for one in error.problems
        )
    )


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
    return Gate(folder, name, environment)


def _selected_stack(folder: Path, environment: dict[str, str]) -> str:
    answer = subprocess.run(
        ["pulumi", "stack", "--show-name", "--non-interactive"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode:
        raise OperationalError("no stack is selected", "Name one with --stack, or: pulumi stack select NAME")
    return answer.stdout.strip().rsplit("/", 1)[-1]


def signing_key(given: Path | None) -> Path:
    """The key to sign with: as given, of the environment, or the user's own.

    Raises:
        OperationalError: there is none.
    """
    candidates = [
        given,
        Path(os.environ["FFINFRA_SIGNING_KEY"]) if "FFINFRA_SIGNING_KEY" in os.environ else None,
        Path.home() / ".ssh" / "id_ed25519",
    ]
    for path in candidates:
        if path is not None and path.is_file():
            return path
    raise OperationalError("there is no key to sign with", "Give one with --key; see ssh-keygen -t ed25519")
