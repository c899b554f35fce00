"""The result of a rehearsal for other tools (docs/schemas/lab-run.json)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ffinfra.lab.rehearsal.timeline import Timeline


class StepForm(BaseModel):
    """One step of the timeline."""

    model_config = ConfigDict(frozen=True)

    title: str
    began: float
    """Seconds since the start."""
    seconds: float
    verified: bool
    details: tuple[str, ...]


class LabRunForm(BaseModel):
    """``ffinfra lab run --json``, and ``.lab/run.json``."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    schema_name: Literal["ffinfra.lab-run/1"] = Field(default="ffinfra.lab-run/1", alias="schema")
    verified: bool
    """Whether every step showed what it was to show, and the last step was reached."""
    seconds: float
    outage_seconds: float | None
    """How long names went on resolving after the cut; None when that was not reached."""
    steps: tuple[StepForm, ...]
    failure: str | None


def lab_run_form(
    timeline: Timeline, *, finished: bool, outage: float | None, failure: str | None
) -> LabRunForm:
    """The result as it is printed and written."""
    return LabRunForm(
        verified=finished and timeline.verified,
        seconds=round(timeline.seconds, 1),
        outage_seconds=None if outage is None else round(outage, 1),
        steps=tuple(
            StepForm(
                title=step.title,
                began=round(step.began, 1),
                seconds=round(step.seconds, 1),
                verified=step.verified,
                details=step.details,
            )
            for step in timeline.steps
        ),
        failure=failure,
    )
