"""Mistakes in an input as ``--json`` prints them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form


class ProblemForm(Form):
    """A mistake in an input."""

    file: str
    line: int | None
    column: int | None
    path: str
    what: str
    way_out: str


class ProblemsForm(Form):
    """``ffinfra config check --json``, and what any command prints with ``--json`` when the input is bad."""

    schema_name: Literal["ffinfra.problems/1"] = Field(default="ffinfra.problems/1", alias="schema")
    problems: tuple[ProblemForm, ...]
