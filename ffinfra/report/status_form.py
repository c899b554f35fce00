"""What ``ffinfra status --json`` prints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form


class StatusForm(Form):
    """``ffinfra status --json``."""

    schema_name: Literal["ffinfra.status/1"] = Field(default="ffinfra.status/1", alias="schema")
    stack: str
    mode: str | None
    """None on a stack that switches nothing."""
    last_approval: str | None
    """The approval that the state names; None where nothing was ever applied through the gate."""
    left: tuple[str, ...]
    """Its steps that the state does not show as done."""
    overrides: tuple[str, ...]
    """Approvals that broke a rule and that nobody has acknowledged."""
    standby_until: str | None
    """Until when the next switch is approved; None without such an approval."""
    standby_missing: str
    """Why none holds; empty where one does, or on a stack that switches nothing."""
