"""What any command prints with ``--json`` where it could not do what it was asked."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form


class FailureKind(StrEnum):
    """Why there is no result."""

    FAILED = "failed"
    """The world did not play along (exit code 1)."""
    BLOCKED = "blocked"
    """A rule or a check stands against it (exit code 3)."""
    REFUSED = "refused"
    """No approval fits (exit code 4)."""
    INTERRUPTED = "interrupted"
    """Broken off by a person (exit code 130)."""


class FailureForm(Form):
    """In place of the result; mistakes in an input (exit code 2) are ``ffinfra.problems/1`` instead."""

    schema_name: Literal["ffinfra.failure/1"] = Field(default="ffinfra.failure/1", alias="schema")
    kind: FailureKind
    what: str
    way_out: str
