"""What ``ffinfra log --json`` prints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.gate.approvals import PerformedStep
from ffinfra.gate.chain import LogEntry, Standing
from ffinfra.gate.operations import Operation
from ffinfra.gate.record import ApprovedStep
from ffinfra.report.form import Form
from ffinfra.urn import name_of, type_of


class LogStepForm(Form):
    """One step of an approval."""

    operation: Operation
    urn: str
    type: str
    name: str

    @classmethod
    def of(cls, step: ApprovedStep | PerformedStep) -> LogStepForm:
        """From a step of the record or of its outcome."""
        return cls(operation=step.operation, urn=step.urn, type=type_of(step.urn), name=name_of(step.urn))


class LogEntryForm(Form):
    """One approval in the log."""

    approval: str
    created: str
    author: str
    signers: tuple[str, ...]
    standing: Standing
    steps: int
    performed: int
    override: tuple[str, ...]
    """The rules that were broken on purpose."""
    override_reason: str
    acknowledged: bool
    faults: tuple[str, ...]
    approved_steps: tuple[LogStepForm, ...] = ()
    performed_steps: tuple[LogStepForm, ...] = ()
    """Empty too where nobody watched the update, or its outcome is not here: see the standing."""
    not_performed_steps: tuple[LogStepForm, ...] = ()
    """What an apply that broke off has left."""

    @classmethod
    def of(cls, entry: LogEntry) -> LogEntryForm:
        """From the gate's entry."""
        record, outcome = entry.stored.record, entry.stored.outcome
        return cls(
            approval=record.identifier,
            created=record.created.isoformat(),
            author=", ".join(record.authors),
            signers=entry.signers,
            standing=entry.standing,
            steps=len(record.steps),
            performed=len(outcome.performed) if outcome else 0,
            override=record.override.rules if record.override else (),
            override_reason=record.override.reason if record.override else "",
            acknowledged=entry.acknowledged,
            faults=entry.faults,
            approved_steps=tuple(map(LogStepForm.of, record.steps)),
            performed_steps=tuple(map(LogStepForm.of, outcome.performed)) if outcome else (),
            not_performed_steps=tuple(map(LogStepForm.of, outcome.not_performed)) if outcome else (),
        )


class LogForm(Form):
    """``ffinfra log --json``."""

    schema_name: Literal["ffinfra.log/1"] = Field(default="ffinfra.log/1", alias="schema")
    stack: str
    holds: bool
    entries: tuple[LogEntryForm, ...]
    faults: tuple[str, ...]
