"""What ``ffinfra alarm`` prints for other tools."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form


class AlarmForm(Form):
    """``ffinfra alarm --json``."""

    schema_name: Literal["ffinfra.alarm/1"] = Field(default="ffinfra.alarm/1", alias="schema")
    alarms: tuple[str, ...]
    """A sentence each; empty where all is well."""
    told: bool
    """Whether they were sent to somebody."""
