"""``ffinfra apply``."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.gate import LiveOption, applied_form, watched_apply
from ffinfra.commands.printing import JsonOption, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.commands.standing_by import offer_standby
from ffinfra.exit_codes import ExitCode
from ffinfra.gate.previewing import Gate
from ffinfra.gate.refusal import ApprovalRefusedError, Refusal
from ffinfra.gate.waiting import waits
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.approval_forms import AllAppliedForm, AppliedForm
from ffinfra.stack import IN_ORDER


def apply_command(
    approval: Annotated[
        str | None, typer.Argument(help="The approval; without it, the newest that fits.")
    ] = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    both: Annotated[
        bool, typer.Option("--all", help="What waits on both stacks, the fallback first.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option("--key", help="The SSH key for the next standby, if you want to sign it.")
    ] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Apply an approval, or go on with one that was broken off. Exit 4: no approval fits."""
    if both and (approval or stack):
        what = "takes no approval and no --stack: it is both stacks"
        raise InvalidInputError([Problem(place=Place("--all"), what=what, way_out="Leave one of them out")])
    console = talk()
    if both:
        forms = _apply_all([gate_of(project, one.value) for one in IN_ORDER], console, key, live=live)
        if as_json:
            print_json(AllAppliedForm(applied=tuple(forms)))
    else:
        forms = [_applied(gate_of(project, stack), approval, console, key, live=live)]
        if as_json:
            print_json(forms[0])
    raise typer.Exit(ExitCode.OK if all(form.complete for form in forms) else ExitCode.FAILED)


def _apply_all(gates: list[Gate], console: Console, key: Path | None, *, live: bool) -> list[AppliedForm]:
    """Apply what waits, in order; where one is refused or not complete, the next are left as they are.

    Raises:
        ApprovalRefusedError: nothing waits anywhere, or what waits does not hold.
    """
    forms: list[AppliedForm] = []
    for gate in gates:
        if not waits(gate, datetime.now(UTC)):
            console.print(f"{gate.stack}: no approval waits")
            continue
        forms.append(_applied(gate, None, console, key, live=live))
        if not forms[-1].complete:
            break
    if not forms:
        raise ApprovalRefusedError(Refusal("no approval waits", "Run ffinfra approve --all"))
    return forms


def _applied(
    gate: Gate, approval: str | None, console: Console, key: Path | None, *, live: bool
) -> AppliedForm:
    started = time.monotonic()
    applied = watched_apply(gate, approval, console, live=live)
    if applied.outcome.complete:
        offer_standby(console, gate, key, ask=sys.stdin.isatty())
    return applied_form(gate.stack, applied, time.monotonic() - started)
