"""One stack through the gate, as an administrator would take it: preview, approve, apply, look again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ffinfra.gate.applying import Watcher, apply
from ffinfra.gate.approving import approve, prepare
from ffinfra.gate.events import StepEvent
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.lab.rehearsal.timeline import StepFailedError, Timeline
from ffinfra.report.plain import plain
from ffinfra.urn import name_of

REFRESH_TIMEOUT = 180
"""Seconds."""


@dataclass(slots=True)
class Passage:
    """What one passage through the gate showed; kept for the report."""

    stack: str
    title: str
    previews: list[GatePreview] = field(default_factory=list)


def through_the_gate(gate: Gate, key: Path, timeline: Timeline, title: str) -> Passage:
    """Preview, approve, apply.

    Raises:
        StepFailedError: the gate blocks, or the apply is not complete.
        OperationalError: the engine fails.
    """
    passage = Passage(gate.stack, title)
    with timeline.step(f"{title}: preview, findings, approval") as step:
        preview = gate.preview()
        passage.previews.append(preview)
        findings = preview.verdict.findings
        step.found(f"{len(preview.changes.effective)} changes, {len(findings)} findings")
        for finding in findings:
            step.found(f"{finding.severity}: {finding.rule}: {finding.reason}")
        if preview.verdict.blocked:
            raise StepFailedError("the gate blocks this change")
        record = prepare(gate, preview, datetime.now(UTC))
        approve(gate, record, key)
        step.found(f"approval {record.identifier[:12]} signed, {len(record.steps)} steps bound")
    with timeline.step(f"{title}: apply") as step:
        bound = {one.urn for one in record.steps}
        total, done = len(record.steps), 0

        def watch(event: StepEvent) -> None:
            nonlocal done
            done += event.ended and not event.failed and event.urn in bound
            step.say(plain(name_of(event.urn)), done, total)

        applied = apply(gate, record.identifier, Watcher(say=step.say, step=watch))
        step.require(
            applied.outcome.complete,
            f"{len(applied.outcome.performed)} steps performed"
            if applied.outcome.complete
            else f"not complete: {'; '.join(applied.outcome.failures[:3])} {plain(applied.talk[-1500:])}",
        )
    return passage


def expect_no_changes(gate: Gate) -> None:
    """Ask the APIs how things really are, and expect that nothing would be changed.

    Raises:
        StepFailedError: something would.
    """
    arguments = ["preview", "--refresh", "--expect-no-changes", "--diff"]
    result = gate.engine.run(arguments, timeout=REFRESH_TIMEOUT)
    if result.returncode:
        raise StepFailedError(f"something differs: {plain((result.stdout + result.stderr)[-1500:])}")
