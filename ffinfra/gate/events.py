"""The engine's event log: what was really performed, as it happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ffinfra.gate.approvals import PerformedStep
from ffinfra.gate.operations import Operation, operation_of


@dataclass(frozen=True, slots=True)
class StepEvent:
    """A step that began, ended or failed."""

    operation: Operation
    urn: str
    ended: bool
    failed: bool = False


class EventReader:
    """Reads a growing event log, line by line; a line that is not yet whole is read the next time.

    The engine writes the log of its preview first and then begins the file anew with that of the update; the
    first line tells the two apart. Events of the preview are no news and are left out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self._first = b""

    def new(self) -> Iterator[StepEvent]:
        """The step events that came since the last call."""
        if not self._path.exists():
            return
        with self._path.open("rb") as stream:
            first = stream.readline()
            if not first.endswith(b"\n"):
                return
            if first != self._first:
                self._first, self._position = first, 0
            stream.seek(self._position)
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                self._position += len(line)
                event = _step_event(line)
                if event is not None:
                    yield event


def _step_event(line: bytes) -> StepEvent | None:
    record = json.loads(line)
    for key, ended, failed in (
        ("resourcePreEvent", False, False),
        ("resOutputsEvent", True, False),
        ("resOpFailedEvent", True, True),
    ):
        if key in record and not record[key].get("planning"):
            metadata = record[key]["metadata"]
            operation = operation_of(metadata["op"])
            if operation is not None and operation.changes_something:
                return StepEvent(operation, metadata["urn"], ended, failed)
    return None


def performed(events: list[StepEvent]) -> tuple[PerformedStep, ...]:
    """The steps that ended well."""
    return tuple(
        PerformedStep(operation=event.operation, urn=event.urn)
        for event in events
        if event.ended and not event.failed
    )
