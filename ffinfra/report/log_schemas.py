"""What ``ffinfra log --json`` prints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.gate.chain import LogEntry, Standing
from ffinfra.report.form import Form


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
        )


class LogForm(Form):
    """``ffinfra log --json``."""

    schema_name: Literal["ffinfra.log/1"] = Field(default="ffinfra.log/1", alias="schema")
    stack: str
    holds: bool
    entries: tuple[LogEntryForm, ...]
    faults: tuple[str, ...]
