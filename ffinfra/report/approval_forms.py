"""What signing and applying print with ``--json``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.report.form import Form


class ApprovalForm(Form):
    """``ffinfra approve --json``."""

    schema_name: Literal["ffinfra.approval/1"] = Field(default="ffinfra.approval/1", alias="schema")
    stack: str
    approval: str
    """The identifier."""
    file: str
    steps: int
    signatures: int
    approvals: int
    expires: str


class JointApprovalForm(Form):
    """``ffinfra approve --all --json``, and with ``--standby`` where the switch takes several stages."""

    schema_name: Literal["ffinfra.approvals/1"] = Field(default="ffinfra.approvals/1", alias="schema")
    approvals: tuple[ApprovalForm, ...]
    """One for each stack that changes, or for each stage in order; they carry one signature."""


class AppliedForm(Form):
    """``ffinfra apply --json``."""

    schema_name: Literal["ffinfra.applied/1"] = Field(default="ffinfra.applied/1", alias="schema")
    stack: str
    approval: str | None
    complete: bool
    performed: tuple[str, ...]
    not_performed: tuple[str, ...]
    """What was approved and is not done; the same approval goes on with it."""
    failures: tuple[str, ...]
    settled: tuple[str, ...]
    seconds: float


class AllAppliedForm(Form):
    """``ffinfra apply --all --json``."""

    schema_name: Literal["ffinfra.all-applied/1"] = Field(default="ffinfra.all-applied/1", alias="schema")
    applied: tuple[AppliedForm, ...]
    """In the order in which they were applied; a stack on which nothing waited is not among them."""
