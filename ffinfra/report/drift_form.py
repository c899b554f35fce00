"""What ``ffinfra drift`` prints for other tools."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from ffinfra.gate.drift import Drift
from ffinfra.report.form import Form
from ffinfra.report.prometheus import gauge, labels
from ffinfra.report.schemas import ChangeForm, FindingForm, ZoneForm


class DriftForm(Form):
    """``ffinfra drift --json``."""

    schema_name: Literal["ffinfra.drift/1"] = Field(default="ffinfra.drift/1", alias="schema")
    stack: str
    drifted: tuple[ChangeForm, ...]
    zones: tuple[ZoneForm, ...] = ()
    """The records among them, RRset by RRset."""
    waiting: int
    """Steps that the program asks for and nobody has applied."""
    standby: str
    """Why no switch lies signed; empty where one does, or the stack is none that switches."""
    findings: tuple[FindingForm, ...] = ()
    """What the rules say of the preview that asked the APIs; one that blocks is a finding of the night."""

    @classmethod
    def of(cls, stack: str, found: Drift, zones: Iterable[ZoneForm]) -> DriftForm:
        """From how a stack stands, and the records among what drifted."""
        return cls(
            stack=stack,
            drifted=tuple(ChangeForm.of(change) for change in found.drifted),
            zones=tuple(zones),
            waiting=found.waiting,
            standby=found.standby,
            findings=tuple(FindingForm.of(finding) for finding in found.findings),
        )


def drift_metrics(stack: str, found: Drift, now: datetime) -> str:
    """The text for Prometheus."""
    at = labels(stack=stack)
    blocking = float(sum(finding.blocks for finding in found.findings))
    lines = [
        *gauge("ffinfra_drift_steps", "What differs from the state", {at: float(len(found.drifted))}),
        *gauge("ffinfra_waiting_steps", "What nobody has applied", {at: float(found.waiting)}),
        *gauge("ffinfra_standby_missing", "Whether no switch lies signed", {at: float(bool(found.standby))}),
        *gauge("ffinfra_blocking_findings", "What the rules would stop", {at: blocking}),
        *gauge("ffinfra_drift_time_seconds", "When the world was asked", {at: now.timestamp()}),
    ]
    return "\n".join(lines) + "\n"
