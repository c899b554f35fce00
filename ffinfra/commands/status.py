"""``ffinfra status``."""

from __future__ import annotations

from datetime import UTC, datetime

import typer
from rich.console import Console

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.standby import Lacking, Ready, standby
from ffinfra.gate.lineage import by_identifier
from ffinfra.gate.overrides import open_overrides
from ffinfra.gate.previewing import Gate, Present
from ffinfra.gate.progress import steps_left
from ffinfra.report.plain import plain
from ffinfra.report.status_form import StatusForm
from ffinfra.stack_kind import StackKind
from ffinfra.urn import name_of


def status_command(
    stack: StackOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """How a stack stands: the last approval, what it left undone, and whether the next switch lies signed.

    Asks the state alone, no API. Exit 0: nothing; 3: somebody should look.
    """
    gate = gate_of(project, stack)
    with talk().status(f"reading the state of {gate.stack}"):
        present = gate.situation()
        switches = present.stack.kind is StackKind.FAILOVER
        ahead = standby(gate, datetime.now(UTC)) if switches else None
        form = _form(gate, present, ahead)
    _print(output(as_json), form, ahead)
    if as_json:
        print_json(form)
    red = form.left or form.overrides or form.standby_missing
    raise typer.Exit(ExitCode.FINDING if red else ExitCode.OK)


def _form(gate: Gate, present: Present, ahead: Ready | Lacking | None) -> StatusForm:
    stored = gate.store.all()
    last = present.state.last_approval
    one = by_identifier(stored).get(last) if last is not None else None
    left = steps_left(one.record, present.state, present.key) if one is not None else ()
    return StatusForm(
        stack=gate.stack,
        mode=present.stack.mode,
        last_approval=last,
        left=tuple(f"{step.operation} {step.urn}" for step in left),
        overrides=tuple(override.approval for override in open_overrides(stored, last)),
        standby_until=ahead.until.isoformat() if isinstance(ahead, Ready) else None,
        standby_missing=ahead.reason if isinstance(ahead, Lacking) else "",
    )


def _print(console: Console, form: StatusForm, ahead: Ready | Lacking | None) -> None:
    mode = f", mode {form.mode}" if form.mode else ""
    last = (
        f"approval {form.last_approval[:12]} was applied last"
        if form.last_approval
        else "nothing was applied"
    )
    console.print(f"{plain(form.stack)}{mode}: {last}", markup=False)
    for step in form.left:
        operation, _, urn = step.partition(" ")
        console.print(f"not done of it: {operation} {plain(name_of(urn))}", style="red", markup=False)
    for approval in form.overrides:
        words = f"approval {approval[:12]} broke a rule: ffinfra log --acknowledge {approval[:12]}"
        console.print(words, style="bold red", markup=False)
    if ahead is not None:
        style = "bold red" if isinstance(ahead, Lacking) else "green"
        console.print(plain(str(ahead)), style=style, markup=False)
