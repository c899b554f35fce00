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
from ffinfra.gate.rules import evaluate
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.preview_form import preview_form
from ffinfra.report.terminal import print_changes, print_verdict

ExplainOption = Annotated[bool, typer.Option("--explain", help="Show every property and record.")]


def gate_check_command(
    file: Annotated[Path, typer.Argument(help="What pulumi preview --json printed.")],
    explain: ExplainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge a preview offline. Exit 0: nothing blocks; 3: blocked; 2: no digest."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            [Problem(place=Place(str(file)), what=f"cannot be read ({error})", way_out="Name a digest")]
        ) from error
    gc.disable()  # what is read here stays until the end; looking for cycles in it takes half of the time
    changes = changes_of(parse_digest(text, str(file)))
    context = GateContext(changes=changes, now=datetime.now(UTC))
    verdict = evaluate(context)
    console = output(as_json)
    print_changes(console, changes, context.dns, explain=explain)
    print_verdict(console, verdict)
    if as_json:
        print_json(preview_form(None, context, verdict, bool(changes.effective)))
    raise typer.Exit(ExitCode.FINDING if verdict.blocked else ExitCode.OK)
