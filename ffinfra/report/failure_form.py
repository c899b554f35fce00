"""What any command prints with ``--json`` where it could not do what it was asked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.failure_kind import FailureKind
from ffinfra.report.form import Form


class FailureForm(Form):
    """In place of the result; mistakes in an input (exit code 2) are ``ffinfra.problems/1`` instead."""

    schema_name: Literal["ffinfra.failure/1"] = Field(default="ffinfra.failure/1", alias="schema")
    kind: FailureKind
    what: str
    way_out: str
