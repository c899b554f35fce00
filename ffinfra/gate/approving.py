"""From a preview to a signed approval."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.authorship import authors, head, told_by_git
from ffinfra.gate.findings import Verdict
from ffinfra.gate.lifetime import VALID_FOR
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.quorum import least_approvals
from ffinfra.gate.record import ApprovalRecord, Bindings, BoundSwitch, Override, recorded
from ffinfra.gate.rules import all_rules
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import authority_in_force, signers_of_change
from ffinfra.problems import OperationalError


def prepare(
    gate: Gate,
    preview: GatePreview,
    now: datetime,
    valid_for: timedelta = VALID_FOR,
    override: Override | None = None,
    switch: BoundSwitch | None = None,
) -> ApprovalRecord:
    """The record that would approve a preview.

    A change of signers is a change of its own: while there are steps, the record hands on the signers in force, and
    those of the checkout are approved once nothing else is left to do.

    Args:
        gate: the stack's gate.
        preview: what was shown.
        now: the present time.
        valid_for: how long it may wait.
        override: rules that the signer breaks on purpose.
        switch: makes it an approval of this switch, given ahead; the preview is one with the switch set.

    Raises:
        OperationalError: the preview cannot be approved; the text says why.
    """
    if preview.steps is None or still_blocked(preview.verdict, override):
        raise OperationalError(
            f"the change of {gate.stack} is blocked and cannot be approved",
            "See the findings above for the way out",
        )
    authority = authority_in_force(gate.project, gate.store, preview.state.last_approval, gate.environment)
    record = ApprovalRecord(
        stack=gate.stack,
        predecessor=preview.state.last_approval,
        created=now.replace(microsecond=0),
        expires=(now + valid_for).replace(microsecond=0),
        authors=present_authors(gate, preview.state.last_approval),
        commit=head(gate.project),
        bindings=bound_by(preview, switch),
        steps=preview.steps,
        findings=recorded(preview.verdict.findings),
        signers=authority.signers if preview.steps else signers_of_change(gate.project),
        free_additions=preview.stack.free_additions,
        override=override,
        switch=switch,
        approvals_needed=0,
    )
    return record.model_copy(update={"approvals_needed": least_approvals(record, authority)})


def bound_by(preview: GatePreview, switch: BoundSwitch | None) -> Bindings:
    """What an approval of a preview binds.

    Raises:
        OperationalError: a switch is asked for on a stack that switches nothing.
    """
    if switch is None:
        return preview.bindings
    if preview.switch is None:
        raise OperationalError("this stack switches nothing", "Name the one that does, with --stack")
    return preview.switch.bindings


def still_blocked(verdict: Verdict, override: Override | None) -> bool:
    """Whether a rule blocks that is not overridden; what cannot be waived cannot be overridden either."""
    fixed = frozenset(rule.identifier for rule in all_rules() if not rule.waivable)
    broken = frozenset(override.rules) - fixed if override else frozenset[str]()
    return any(finding.blocks and finding.rule not in broken for finding in verdict.findings)


def approve(gate: Gate, record: ApprovalRecord, key: Path | None) -> StoredApproval:
    """Sign a record and store it; signing one that is there already adds a signature.

    Args:
        gate: the stack's gate.
        record: what is approved.
        key: the SSH key; None stores a record that needs nobody.

    Raises:
        OperationalError: the key cannot sign.
    """
    gate.store.add(record, sign(record.text, key) if key else None)
    return gate.store.find(record.identifier)


def present_authors(gate: Gate, last_approval: str | None) -> tuple[str, ...]:
    """Who made the change that the checkout holds, since the approval that was applied last."""
    return authors(gate.project, gate.stack, gate.environment, *_start(gate, last_approval))


def written_since(gate: Gate, last_approval: str | None) -> frozenset[str]:
    """The same as far as git tells: nobody, where nothing was changed."""
    return told_by_git(gate.project, gate.stack, gate.environment, *_start(gate, last_approval))


def _start(gate: Gate, last_approval: str | None) -> tuple[str | None, Path | None]:
    """The commit and the record's file from which on authors are counted."""
    if last_approval is None:
        return None, None
    last = gate.store.find(last_approval).record
    return last.commit, gate.store.file_of(last).relative_to(gate.project)
