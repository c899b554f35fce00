"""What commands print for other tools: what was written into the checkout, and how the lab stands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form


class AdminForm(Form):
    """``ffinfra admin add --json`` and ``ffinfra admin remove --json``."""

    schema_name: Literal["ffinfra.admin/1"] = Field(default="ffinfra.admin/1", alias="schema")
    name: str
    files: tuple[str, ...]
    """What was written, by paths in the checkout."""
    left: tuple[str, ...]
    """What no file can do: a step each, for a person."""


class RevertForm(Form):
    """``ffinfra revert --json``."""

    schema_name: Literal["ffinfra.revert/1"] = Field(default="ffinfra.revert/1", alias="schema")
    stack: str
    approval: str
    files: tuple[str, ...]
    """What was taken back in the checkout."""


class DnsImportForm(Form):
    """``ffinfra dns import --json``."""

    schema_name: Literal["ffinfra.dns-import/1"] = Field(default="ffinfra.dns-import/1", alias="schema")
    zone: str
    file: str | None
    """Where it was written; None with ``--out -``."""
    text: str | None
    """The master file with ``--out -``; else None."""
    records: int
    remarks: tuple[str, ...]
    """What was left out or changed, and why."""


class OutlineForm(Form):
    """``ffinfra gate outline --json``."""

    schema_name: Literal["ffinfra.outline/1"] = Field(default="ffinfra.outline/1", alias="schema")
    stack: str
    file: str
    """By its path in the checkout."""
    resources: int


class LabStatusForm(Form):
    """``ffinfra lab status --json``, and how things stand after ``lab up`` and ``lab down``."""

    schema_name: Literal["ffinfra.lab-status/1"] = Field(default="ffinfra.lab-status/1", alias="schema")
    stands: bool
    daemons: dict[str, bool]
    """Name -> whether it lives; empty when no lab stands."""
