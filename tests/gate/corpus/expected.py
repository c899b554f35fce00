"""What the gate says of a recorded preview, as text to be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ffinfra.gate.changes import changes_of
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import parse_digest
from ffinfra.gate.operations import Operation
from ffinfra.gate.preview_events import with_events
from ffinfra.gate.rules import evaluate
from ffinfra.stack_kind import StackKind
from tests.gate.corpus.cleaning import Recording
from tests.gate.corpus.scenario import Scenario
from tests.gate.rules.contexts import sample

PREVIEWS = Path(__file__).with_name("previews")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_ALWAYS = "survives"
"""It judges the sample's declarations, which are the same for all recordings."""


def digest_file(scenario: Scenario) -> Path:
    """The recorded preview."""
    return PREVIEWS / f"{scenario.name}.json"


def text_file(scenario: Scenario) -> Path:
    """What the gate is to say of it."""
    return PREVIEWS / f"{scenario.name}.txt"


def events_file(scenario: Scenario) -> Path:
    """The event log recorded beside it, where policy packs judged."""
    return PREVIEWS / f"{scenario.name}.events.jsonl"


def recorded(scenario: Scenario) -> Recording:
    """What was recorded."""
    events = events_file(scenario).read_text() if scenario.policies else ""
    return Recording(digest_file(scenario).read_text(), events)


def keep(scenario: Scenario, recording: Recording) -> None:
    """Write a recording."""
    digest_file(scenario).write_text(recording.digest)
    if scenario.policies:
        events_file(scenario).write_text(recording.events)


def judged(scenario: Scenario, recording: Recording) -> str:
    """Operations, records and findings, a line each."""
    changes = changes_of(parse_digest(recording.digest, scenario.name))
    if scenario.policies:
        changes = with_events(changes, recording.events)
    context = GateContext(
        changes=changes, now=NOW, declarations=sample(), kind=StackKind(scenario.stack), mode=scenario.mode
    )
    return "".join(f"{_visible(line)}\n" for line in _lines(context))


def _lines(context: GateContext) -> Iterator[str]:
    for change in context.changes.told:
        stays = change.operation in (Operation.UPDATE, Operation.REPLACE, Operation.SAME, Operation.READ)
        shown = (*change.options, *change.properties) if stays else ()
        paths = ", ".join(one.path for one in shown)
        yield f"{change.operation} {change.type} {change.name}{f': {paths}' if paths else ''}"
    for zone in context.dns.zones:
        yield f"records of {zone.zone} at {zone.carrier}: {zone.differences.summary()}"
    for one in evaluate(context).findings:
        if one.rule != _ALWAYS:
            yield f"{one.severity.upper()} {one.rule}: {one.reason} [{', '.join(one.resources)}]"


def _visible(line: str) -> str:
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in line)
