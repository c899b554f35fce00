"""What commands print: results on stdout, talk on stderr, JSON on request."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ffinfra.problems import InvalidInputError, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ffinfra.report.problem_form import ProblemForm, ProblemsForm

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON (docs/schemas) on stdout, talk on stderr.")
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


def print_line(form: BaseModel) -> None:
    """Print one of many results for other tools, each in a line of its own."""
    sys.stdout.write(form.model_dump_json(by_alias=True) + "\n")
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
    from ffinfra.report.problem_form import ProblemsForm  # noqa: PLC0415 - for those who ask for JSON

    return ProblemsForm(problems=tuple(map(problem_form, error.problems)))


def problem_form(one: Problem) -> ProblemForm:
    """A mistake, or a question, for other tools."""
    from ffinfra.report.problem_form import ProblemForm  # noqa: PLC0415 - as above

    return ProblemForm(
        file=one.place.file,
        line=one.place.line,
        column=one.place.column,
        path=one.path,
        what=one.what,
        way_out=one.way_out,
    )
