"""``ffinfra preview``, and what every command of the gate shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.handing_over import handed_over, handed_over_as_noted
from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.exit_codes import ExitCode
from ffinfra.gate.applying import Applied, Watcher, apply
from ffinfra.gate.cost_change import cost_change
from ffinfra.gate.events import StepEvent
from ffinfra.gate.handing_on import HandingOn
from ffinfra.gate.noted_past import with_noted_past
from ffinfra.gate.outline import outline_file
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.rules import evaluate
from ffinfra.report.approval_forms import AppliedForm
from ffinfra.report.handover import handover_lines
from ffinfra.report.plain import plain, plain_lines
from ffinfra.report.preview_form import preview_form
from ffinfra.report.preview_markdown import BASES
from ffinfra.report.schemas import Basis
from ffinfra.report.terminal import print_changes, print_verdict
from ffinfra.urn import name_of

ExplainOption = Annotated[bool, typer.Option("--explain", help="Show every property and record.")]
PlaceholdersOption = Annotated[
    bool,
    typer.Option(
        "--placeholders",
        help="Without secrets and state: over the outline in approvals/outlines, else over nothing.",
    ),
]
RefreshOption = Annotated[bool, typer.Option("--refresh", help="Ask the APIs how things really are first.")]
LiveOption = Annotated[
    bool,
    typer.Option("--live", help="Ask Hetzner and Cloudflare what they hold and offer; no answer blocks."),
]


def preview_command(
    stack: StackOption = None,
    project: ProjectOption = None,
    refresh: RefreshOption = False,
    live: LiveOption = False,
    explain: ExplainOption = False,
    placeholders: PlaceholdersOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what would change and what the gate says. Exit 0: nothing blocks; 3: blocked."""
    gate = gate_of(project, stack)
    preview = placeholder_preview(gate) if placeholders else take_preview(gate, refresh=refresh, live=live)
    console, basis = output(as_json), _basis(gate) if placeholders else Basis.STATE
    handing_on = (handed_over_as_noted if placeholders else handed_over)(gate, preview)
    show_preview(console, preview, explain=explain, handing_on=handing_on)
    if basis is not Basis.STATE:
        console.print(BASES[basis])
    if as_json:
        form = preview_form(gate.stack, preview.context, preview.verdict, preview.approval_needed, handing_on)
        print_json(form.model_copy(update={"basis": basis}))
    raise typer.Exit(ExitCode.FINDING if preview.verdict.blocked else ExitCode.OK)


def take_preview(gate: Gate, *, refresh: bool = False, live: bool = False) -> GatePreview:
    """A preview with a sign of life."""
    with talk().status(f"previewing {gate.stack}"):
        return gate.preview(refresh=refresh, live=live)


def placeholder_preview(gate: Gate) -> GatePreview:
    """A preview with placeholders for all secrets, over the outline of the state or over nothing.

    The copy knows no approvals; what they tell of is judged from the checkout.
    """
    from ffinfra.lab.placeholders import placeholder_gate  # noqa: PLC0415 - the lab, for those who need it

    with placeholder_gate(gate.project, gate.stack) as alike:
        preview = take_preview(alike)
    context = with_noted_past(preview.context, gate.project, gate.stack, gate.environment)
    return replace(preview, context=context, verdict=evaluate(context))


def _basis(gate: Gate) -> Basis:
    return Basis.OUTLINE if outline_file(gate.project, gate.stack).exists() else Basis.NOTHING


def show_preview(
    console: Console, preview: GatePreview, *, handing_on: HandingOn, explain: bool = False
) -> None:
    """Changes, records, findings, what is handed on to the next change, and what is needed next."""
    context = preview.context
    print_changes(console, context.changes, context.dns, context.declarations, explain=explain)
    print_verdict(console, preview.verdict)
    cost = cost_change(preview.context)
    if cost is not None:
        console.print(f"cost: {cost}")
    handover = handover_lines(handing_on)
    for line in handover:
        console.print(line, markup=False)
    if not preview.approval_needed and not handover:
        console.print("nothing to approve: no change")


def watched_apply(gate: Gate, approval: str | None, console: Console, *, live: bool = False) -> Applied:
    """Apply with progress on a console."""
    done = 0
    with console.status("verifying the approval") as status:

        def step(event: StepEvent) -> None:
            nonlocal done
            done += event.ended and not event.failed
            word = "failed" if event.failed else "done" if event.ended else "..."
            status.update(f"{done} steps done; {event.operation} {plain(name_of(event.urn))} {word}")

        applied = apply(gate, approval, Watcher(say=status.update, step=step), live=live)
    outcome = applied.outcome
    for sentence in applied.settled:
        console.print(f"settled: {plain(sentence)}", markup=False)
    for failure in outcome.failures:
        console.print(f"[red]failed[/]: {plain(failure)}")
    for left in outcome.not_performed:
        console.print(f"not performed: {left.operation} {plain(name_of(left.urn))}", markup=False)
    if not outcome.complete:
        console.print(plain_lines(applied.talk[-3000:]), markup=False)
    word = "[green]applied[/]" if outcome.complete else "[red]not complete[/]"
    seconds = (outcome.ended - outcome.started).total_seconds()
    console.print(f"{word} {gate.stack}: {len(outcome.performed)} steps performed in {seconds:.1f} s")
    return applied


def applied_form(stack: str, applied: Applied, seconds: float) -> AppliedForm:
    """An apply for other tools."""
    outcome = applied.outcome
    return AppliedForm(
        stack=stack,
        approval=outcome.approval,
        complete=outcome.complete,
        performed=tuple(f"{step.operation} {step.urn}" for step in outcome.performed),
        not_performed=tuple(f"{step.operation} {step.urn}" for step in outcome.not_performed),
        failures=outcome.failures,
        settled=applied.settled,
        seconds=round(seconds, 1),
    )
