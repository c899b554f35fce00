"""``ffinfra gate check``: a preview judged offline, fast; imports nothing of the engine."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.exit_codes import ExitCode
from ffinfra.gate.changes import changes_of
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import parse_digest
from ffinfra.gate.preview_events import with_events
from ffinfra.gate.rules import evaluate
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.terminal import print_changes, print_verdict

ExplainOption = Annotated[bool, typer.Option("--explain", help="Show every property and record.")]


def gate_check_command(
    file: Annotated[Path, typer.Argument(help="What pulumi preview --json printed.")],
    event_log: Annotated[
        Path | None,
        typer.Option(
            "--event-log", help="What the same preview wrote by --event-log: policies, default providers."
        ),
    ] = None,
    explain: ExplainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge a preview offline. Exit 0: nothing blocks; 3: blocked; 2: no digest."""
    gc.disable()  # what is read here stays until the end; looking for cycles in it takes half of the time
    changes = changes_of(parse_digest(_read(file, "Name a digest"), str(file)))
    if event_log is not None:
        changes = with_events(changes, _read(event_log, "Name an event log").decode("utf-8", "replace"))
    context = GateContext(changes=changes, now=datetime.now(UTC))
    verdict = evaluate(context)
    console = output(as_json)
    print_changes(console, changes, context.dns, explain=explain)
    print_verdict(console, verdict)
    if as_json:
        from ffinfra.report.preview_form import preview_form  # noqa: PLC0415 - pydantic, for those who ask for JSON

        print_json(preview_form(None, context, verdict, bool(changes.effective)))
    raise typer.Exit(ExitCode.FINDING if verdict.blocked else ExitCode.OK)


def _read(file: Path, way_out: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInputError(
            [Problem(place=Place(str(file)), what=f"cannot be read ({error})", way_out=way_out)]
        ) from error
