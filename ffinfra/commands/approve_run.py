"""``ffinfra approve``: show, then sign what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from ffinfra.commands.ahead import show_ahead, sign_records, waiting_ahead
from ffinfra.commands.gate import show_preview, take_preview
from ffinfra.commands.handing_over import handed_over, show_handover
from ffinfra.commands.printing import output, print_json, talk
from ffinfra.commands.signing import signing_key
from ffinfra.dns.delegation.mode import Mode
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.signing_ahead import sign_ahead, stages_ahead
from ffinfra.failover.switching import Switch
from ffinfra.gate.approving import approve, prepare, still_blocked
from ffinfra.gate.cosigning import why_not_this
from ffinfra.gate.joint_approving import JointChange, approve_jointly, joint_change
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, Override
from ffinfra.gate.signers import signers_of_change
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.approval_forms import ApprovalForm, JointApprovalForm
from ffinfra.report.preview_form import preview_form


@dataclass(frozen=True, slots=True)
class ApproveRun:
    """One run of the command.

    Attributes:
        key: the SSH key that a person named.
        override: rules that the signer breaks on purpose.
        live: whether the providers are asked.
        as_json: whether stdout is for JSON.
    """

    key: Path | None
    override: Override | None
    live: bool
    as_json: bool

    def one(self, gate: Gate, approval: str | None) -> ApprovalForm:
        """Sign the change of one stack.

        Args:
            gate: of the stack.
            approval: a record that the signature is added to; it must be of what is shown.
        """
        record = prepare(gate, self._shown(gate), datetime.now(UTC), override=self.override)
        if approval:
            record = _of_what_was_shown(gate, approval, record)
        show_handover(talk(), gate, record)
        needed = record.approvals_needed or self.key
        stored = approve(gate, record, signing_key(self.key) if needed else None)
        return _told(gate, record, len(stored.signatures))

    def ahead(self, gate: Gate, target: Mode, approval: str | None) -> ApprovalForm | JointApprovalForm:
        """Sign a switch that may be needed at night, with all its stages; where one is blocked, nothing is signed.

        Args:
            gate: of the stack.
            target: the mode.
            approval: of the first stage, to whose records the signature is added; they must be of what is shown.
        """
        with talk().status(f"previewing the switch of {gate.stack} to {target}"):
            ahead = stages_ahead(Switch(gate, target), live=self.live)
        show_ahead(output(self.as_json), gate, ahead)
        for stage in ahead:
            self._stop_where_blocked(gate, stage.preview)
        records = sign_ahead(gate, ahead, self.override)
        if approval:
            records = waiting_ahead(gate, approval, records, datetime.now(UTC))
        show_handover(talk(), gate, records[0])
        stored = sign_records(gate, records, lambda: signing_key(self.key))
        forms = tuple(_told(gate, one.record, len(one.signatures)) for one in stored)
        return forms[0] if len(forms) == 1 else JointApprovalForm(approvals=forms)

    def every(self, gates: Sequence[Gate]) -> JointApprovalForm:
        """One signature over the changes of all stacks; where one is blocked, nothing is signed."""
        previews = []
        for gate in gates:
            output(self.as_json).print(f"[bold]{gate.stack}[/]")
            previews.append(self._shown(gate))
        change = joint_change(list(zip(gates, previews, strict=True)), datetime.now(UTC), self.override)
        _show_joint(change)
        stored = approve_jointly(change, lambda: signing_key(self.key))
        forms = [_told(gate, one.record, len(one.signatures)) for gate, one in stored]
        if not forms and not change.alone:
            talk().print("nothing to approve: no change")
        return JointApprovalForm(approvals=tuple(forms))

    def _shown(self, gate: Gate) -> GatePreview:
        """Preview and show; what is blocked ends here."""
        preview = take_preview(gate, live=self.live)
        show_preview(output(self.as_json), preview, handing_on=handed_over(gate, preview))
        self._stop_where_blocked(gate, preview)
        return preview

    def _stop_where_blocked(self, gate: Gate, preview: GatePreview) -> None:
        """Exit code 3."""
        if not still_blocked(preview.verdict, self.override):
            return
        if self.as_json:
            needed, handing_on = preview.approval_needed, handed_over(gate, preview)
            print_json(preview_form(gate.stack, preview.context, preview.verdict, needed, handing_on))
        raise typer.Exit(ExitCode.FINDING)


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


def _show_joint(change: JointChange) -> None:
    """What is left out, and what each record hands on."""
    for gate in change.alone:
        talk().print(
            f"left out: {gate.stack} changes no resource, only who may approve or what is free; sign that by itself:"
            f" ffinfra approve --stack {gate.stack}"
        )
    for gate, record in change.records:
        show_handover(talk(), gate, record)


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
