"""What ``ffinfra adopt --json`` prints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form
from ffinfra.report.problem_form import ProblemForm
from ffinfra.report.schemas import ChangeForm


class AdoptedStackForm(Form):
    """A stack after the import."""

    stack: str
    changes: tuple[ChangeForm, ...]
    """What would change now; nothing was applied."""


class AdoptForm(Form):
    """``ffinfra adopt --json``."""

    schema_name: Literal["ffinfra.adopt/1"] = Field(default="ffinfra.adopt/1", alias="schema")
    servers: int
    addresses: int
    zones: int
    """How many were found; a zone counts once for each who holds it."""
    skipped: tuple[str, ...]
    """What was not asked, and why."""
    files: tuple[str, ...]
    """What was written, by paths in the checkout."""
    remarks: tuple[str, ...]
    """What was left out of zones or made up."""
    questions: tuple[ProblemForm, ...]
    """What nobody told; while there are any, nothing is imported."""
    stacks: tuple[AdoptedStackForm, ...]
