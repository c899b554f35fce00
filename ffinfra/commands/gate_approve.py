"""``ffinfra approve``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.gate import show_preview, take_preview
from ffinfra.commands.handing_over import handed_over, show_handover
from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.commands.signing import signing_key
from ffinfra.dns.delegation.mode import Mode
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.standby import sign_ahead, standby_preview
from ffinfra.failover.switching import Switch
from ffinfra.gate.approving import approve, prepare, still_blocked
from ffinfra.gate.cosigning import why_not_this
from ffinfra.gate.joint_approving import approve_jointly, joint_change
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, BoundSwitch, Override
from ffinfra.gate.rules import all_rules
from ffinfra.gate.signers import signers_of_change
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.preview_form import preview_form
from ffinfra.report.schemas import ApprovalForm, JointApprovalForm
from ffinfra.stack import IN_ORDER

AllOption = Annotated[
    bool,
    typer.Option("--all", help="Both stacks, with one signature: failover and prod."),
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


def approve_command(  # noqa: PLR0913, PLR0917 - an option each
    approval: Annotated[str | None, typer.Argument(help="An approval to add a signature to.")] = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    key: KeyOption = None,
    standby: StandbyOption = None,
    both: AllOption = False,
    break_glass: BreakGlassOption = None,
    skip_rule: SkipRuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Preview, show, and sign what was shown. Exit 0: signed; 3: the change is blocked."""
    override = _override(break_glass, skip_rule or [])
    if both:
        _refuse_with_all(approval, stack, standby)
        gates = [gate_of(project, one.value) for one in IN_ORDER]
        _approve_all(gates, key, override, as_json=as_json)
        return
    gate = gate_of(project, stack)
    shown = _shown(gate, standby, override, as_json=as_json)
    if shown.switch is not None:
        record = sign_ahead(gate, shown.preview, shown.switch, override)
    else:
        record = prepare(gate, shown.preview, datetime.now(UTC), override=override)
    if approval:
        record = _of_what_was_shown(gate, approval, record)
    show_handover(talk(), gate, record)
    stored = approve(gate, record, signing_key(key) if record.approvals_needed or key else None)
    form = _told(gate, record, len(stored.signatures))
    if as_json:
        print_json(form)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a person was shown: a preview, and the switch that it is of when it is signed ahead."""

    preview: GatePreview
    switch: BoundSwitch | None = None


def _shown(gate: Gate, standby: Mode | None, override: Override | None, *, as_json: bool) -> _Shown:
    if standby is None:
        shown = _Shown(take_preview(gate))
    else:
        with talk().status(f"previewing the switch of {gate.stack} to {standby}"):
            shown = _Shown(*standby_preview(Switch(gate, standby)))
    preview, handing_on = shown.preview, handed_over(gate, shown.preview)
    show_preview(output(as_json), preview, handing_on=handing_on)
    if still_blocked(preview.verdict, override):
        if as_json:
            needed = preview.approval_needed
            print_json(preview_form(gate.stack, preview.context, preview.verdict, needed, handing_on))
        raise typer.Exit(ExitCode.FINDING)
    return shown


def _of_what_was_shown(gate: Gate, identifier: str, fresh: ApprovalRecord) -> ApprovalRecord:
    """The record that another signature is added to; it must be of what was just shown."""
    record = gate.store.find(identifier).record
    differing = why_not_this(gate, record, fresh, datetime.now(UTC))
    if not differing:
        return record
    raise InvalidInputError(
        [
            Problem(
                place=Place(f"approvals/{gate.stack}"),
                what=f"approval {identifier} is not of the change that was just shown: {'; '.join(differing)}",
                way_out="Approve the present change without naming an approval (a switch: with --standby)",
            )
        ]
    )


def _approve_all(gates: list[Gate], key: Path | None, override: Override | None, *, as_json: bool) -> None:
    """One signature over the changes of all stacks; where one is blocked, nothing is signed."""
    previews = []
    for gate in gates:
        output(as_json).print(f"[bold]{gate.stack}[/]")
        previews.append(_shown(gate, None, override, as_json=as_json).preview)
    change = joint_change(list(zip(gates, previews, strict=True)), datetime.now(UTC), override)
    for gate in change.alone:
        talk().print(
            f"left out: {gate.stack} changes no resource, only who may approve or what is free; sign that by itself:"
            f" ffinfra approve --stack {gate.stack}"
        )
    for gate, record in change.records:
        show_handover(talk(), gate, record)
    stored = approve_jointly(change, lambda: signing_key(key))
    forms = [_told(gate, one.record, len(one.signatures)) for gate, one in stored]
    if not forms and not change.alone:
        talk().print("nothing to approve: no change")
    if as_json:
        print_json(JointApprovalForm(approvals=tuple(forms)))


def _told(gate: Gate, record: ApprovalRecord, have: int) -> ApprovalForm:
    """Say what was signed."""
    need = record.approvals_needed
    talk().print(
        f"[green]signed[/] approval {record.identifier[:12]} of {gate.stack}: {len(record.steps)} steps, "
        f"{have} of {need} signatures, valid until {record.expires:%Y-%m-%d %H:%M} UTC"
    )
    if record.steps and record.signers != signers_of_change(gate.project):
        talk().print("the change of .allowed_signers is not in it: approve it by itself once this is applied")
    elif not record.steps and need:
        talk().print("it changes no resource: it changes who may approve, or what is free")
    return ApprovalForm(
        stack=gate.stack,
        approval=record.identifier,
        file=str(gate.store.file_of(record).relative_to(gate.project)),
        steps=len(record.steps),
        signatures=have,
        approvals=need,
        expires=record.expires.isoformat(),
    )


def _refuse_with_all(approval: str | None, stack: str | None, standby: Mode | None) -> None:
    if approval or stack or standby:
        what = "takes no approval, no --stack and no --standby: it is both stacks, as they are"
        raise InvalidInputError([Problem(place=Place("--all"), what=what, way_out="Leave one of them out")])


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
