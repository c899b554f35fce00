"""``ffinfra preview | approve | apply`` and ``ffinfra gate check``."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.commands.signing import signing_key
from ffinfra.dns.delegation.modes import Mode
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.standby import first_standing
from ffinfra.failover.switching import Switch
from ffinfra.gate.applying import Applied, Watcher, apply
from ffinfra.gate.approving import STANDBY_FOR, VALID_FOR, approve, prepare, still_blocked
from ffinfra.gate.cost_change import cost_change
from ffinfra.gate.events import StepEvent
from ffinfra.gate.outline import outline_file
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import Override
from ffinfra.gate.rules import all_rules
from ffinfra.gate.urn import name_of
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.plain import plain, plain_lines
from ffinfra.report.preview_form import preview_form
from ffinfra.report.preview_markdown import BASES
from ffinfra.report.schemas import AppliedForm, ApprovalForm, Basis
from ffinfra.report.terminal import print_changes, print_verdict
from ffinfra.stack import read_declarations

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
    bool, typer.Option("--live", help="Ask Hetzner what the project holds and what is on offer.")
]
KeyOption = Annotated[Path | None, typer.Option("--key", help="The SSH key to sign with.")]

BreakGlassOption = Annotated[
    str | None,
    typer.Option("--break-glass", help="Why the rules of --skip-rule count for nothing this once."),
]
SkipRuleOption = Annotated[
    list[str] | None, typer.Option("--skip-rule", help="A rule to override; with --break-glass.")
]
StandbyOption = Annotated[
    Mode | None,
    typer.Option("--standby", help="Sign a failover to this mode ahead; valid for 30 days."),
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
    show_preview(console, preview, explain=explain)
    if basis is not Basis.STATE:
        console.print(BASES[basis])
    if as_json:
        form = preview_form(gate.stack, preview.context, preview.verdict, preview.approval_needed)
        print_json(form.model_copy(update={"basis": basis}))
    raise typer.Exit(ExitCode.FINDING if preview.verdict.blocked else ExitCode.OK)


def approve_command(  # noqa: PLR0913, PLR0917 - an option each
    approval: Annotated[str | None, typer.Argument(help="An approval to add a signature to.")] = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    key: KeyOption = None,
    standby: StandbyOption = None,
    break_glass: BreakGlassOption = None,
    skip_rule: SkipRuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Preview, show, and sign what was shown. Exit 0: signed; 3: the change is blocked."""
    override = _override(break_glass, skip_rule or [])
    gate = gate_of(project, stack)
    now = datetime.now(UTC)
    preview = take_preview(gate) if standby is None else standby_preview(Switch(gate, standby))
    show_preview(output(as_json), preview)
    if still_blocked(preview.verdict, override):
        if as_json:
            print_json(preview_form(gate.stack, preview.context, preview.verdict, preview.approval_needed))
        raise typer.Exit(ExitCode.FINDING)
    valid_for = VALID_FOR if standby is None else STANDBY_FOR
    record = (
        gate.store.find(approval).record if approval else prepare(gate, preview, now, valid_for, override)
    )
    if approval and (record.steps != preview.steps or record.bindings != preview.bindings):
        raise InvalidInputError(
            [
                Problem(
                    place=Place(f"approvals/{gate.stack}"),
                    what=f"approval {approval} is not of the change that was just shown",
                    way_out="Approve the present change without naming an approval",
                )
            ]
        )
    stored = approve(gate, record, signing_key(key) if record.approvals_needed or key else None)
    have, need = len(stored.signatures), record.approvals_needed
    talk().print(
        f"[green]signed[/] approval {record.identifier[:12]} of {gate.stack}: {len(record.steps)} steps, "
        f"{have} of {need} signatures, valid until {record.expires:%Y-%m-%d %H:%M} UTC"
    )
    if as_json:
        print_json(
            ApprovalForm(
                stack=gate.stack,
                approval=record.identifier,
                file=str(gate.store.file_of(record).relative_to(gate.project)),
                steps=len(record.steps),
                signatures=have,
                approvals=need,
                expires=record.expires.isoformat(),
            )
        )


def apply_command(
    approval: Annotated[
        str | None, typer.Argument(help="The approval; without it, the newest that fits.")
    ] = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Apply an approval, or go on with one that was broken off. Exit 4: no approval fits."""
    gate = gate_of(project, stack)
    started = time.monotonic()
    applied = watched_apply(gate, approval, talk())
    if as_json:
        print_json(applied_form(gate.stack, applied, time.monotonic() - started))
    raise typer.Exit(ExitCode.OK if applied.outcome.complete else ExitCode.FAILED)


def _override(reason: str | None, rules: list[str]) -> Override | None:
    if reason is None and not rules:
        return None
    fixed = {rule.identifier for rule in all_rules() if not rule.waivable}
    problems = [f"{rule} cannot be overridden" for rule in rules if rule in fixed]
    if reason is None or not 10 <= len(reason) <= 500 or not reason.isprintable():
        problems.append("--break-glass needs a reason of 10 to 500 characters")
    if not rules:
        problems.append("--break-glass needs the rules that it breaks, each with --skip-rule")
    if problems:
        way_out = 'Such as --skip-rule shared-cpu --break-glass "sn5 is all that is left tonight"'
        raise InvalidInputError(
            [Problem(place=Place("--break-glass"), what=what, way_out=way_out) for what in problems]
        )
    assert reason is not None
    return Override(rules=tuple(sorted(set(rules))), reason=reason)


def take_preview(gate: Gate, *, refresh: bool = False, live: bool = False) -> GatePreview:
    """A preview with a sign of life."""
    with talk().status(f"previewing {gate.stack}"):
        return gate.preview(refresh=refresh, live=live)


def placeholder_preview(gate: Gate) -> GatePreview:
    """A preview with placeholders for all secrets, over the outline of the state or over nothing."""
    from ffinfra.lab.placeholders import placeholder_gate  # noqa: PLC0415 - the lab, for those who need it

    with placeholder_gate(gate.project, gate.stack) as alike:
        return take_preview(alike)


def _basis(gate: Gate) -> Basis:
    return Basis.OUTLINE if outline_file(gate.project, gate.stack).exists() else Basis.NOTHING


def standby_preview(switch: Switch) -> GatePreview:
    """What the first change of a switch would be from here, to be signed ahead; the mode that is set stays."""
    delegations = read_declarations(switch.gate.project).delegations
    first = first_standing(delegations, switch.standing(), switch.target)
    with switch.trying(first, keep=False):
        return take_preview(switch.gate)


def show_preview(console: Console, preview: GatePreview, *, explain: bool = False) -> None:
    """Changes, records, findings, and what is needed next."""
    context = preview.context
    print_changes(console, context.changes, context.dns, context.declarations, explain=explain)
    print_verdict(console, preview.verdict)
    cost = cost_change(preview.context)
    if cost is not None:
        console.print(f"cost: {cost}")
    if not preview.approval_needed:
        console.print("nothing to approve: no change")


def watched_apply(gate: Gate, approval: str | None, console: Console) -> Applied:
    """Apply with progress on a console."""
    done = 0
    with console.status("verifying the approval") as status:

        def step(event: StepEvent) -> None:
            nonlocal done
            done += event.ended and not event.failed
            word = "failed" if event.failed else "done" if event.ended else "..."
            status.update(f"{done} steps done; {event.operation} {plain(name_of(event.urn))} {word}")

        applied = apply(gate, approval, Watcher(say=status.update, step=step))
    outcome = applied.outcome
    for sentence in applied.settled:
        console.print(f"settled: {plain(sentence)}", markup=False)
    for failure in outcome.failures:
        console.print(f"[red]failed[/]: {plain(failure)}")
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
        failures=outcome.failures,
        settled=applied.settled,
        seconds=round(seconds, 1),
    )
