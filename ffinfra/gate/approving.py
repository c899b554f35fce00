"""From a preview to a signed approval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.authorship import authors, head
from ffinfra.gate.findings import Verdict
from ffinfra.gate.joint import joint_text, stored_form
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.quorum import least_approvals
from ffinfra.gate.record import ApprovalRecord, Bindings, BoundSwitch, Override, recorded
from ffinfra.gate.rules import all_rules
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import authority_in_force, signers_of_change
from ffinfra.problems import OperationalError

VALID_FOR = timedelta(hours=12)
"""How long an approval may wait for its apply."""

STANDBY_FOR = timedelta(days=30)
"""How long an approval of a failover, signed ahead, may wait for the night when it is needed."""


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


def approve_jointly(
    shown: Sequence[tuple[Gate, GatePreview]], key: Callable[[], Path], override: Override | None = None
) -> tuple[tuple[Gate, StoredApproval], ...]:
    """Sign the changes of several stacks with one signature; those who sign after the first add theirs.

    Args:
        shown: each stack's gate, and what was shown of it; one without a change is passed over.
        key: asked for the SSH key, if anything needs a signature.
        override: rules that the signer breaks on purpose.

    Raises:
        OperationalError: a change is blocked, or the key cannot sign.
    """
    now = datetime.now(UTC)
    records = [
        (gate, _waiting(gate, preview, now) or prepare(gate, preview, now, override=override))
        for gate, preview in shown
    ]
    records = [(gate, record) for gate, record in records if record.steps or record.approvals_needed]
    signature = None
    if any(record.approvals_needed for _, record in records):
        text = joint_text(record for _, record in records)
        signature = stored_form(text, sign(text, key()))
    for gate, record in records:
        gate.store.add(record, signature if record.approvals_needed else None)
    return tuple((gate, gate.store.find(record.identifier)) for gate, record in records)


def _waiting(gate: Gate, preview: GatePreview, now: datetime) -> ApprovalRecord | None:
    """A record of exactly this change that lacks signatures."""
    for stored in reversed(gate.store.all()):
        record = stored.record
        if (
            record.predecessor == preview.state.last_approval
            and (record.steps, record.bindings, record.switch) == (preview.steps, preview.bindings, None)
            and not record.expired(now)
            and len(stored.signatures) < record.approvals_needed
        ):
            return record
    return None


def present_authors(gate: Gate, last_approval: str | None) -> tuple[str, ...]:
    """Who made the change that the checkout holds, since the approval that was applied last."""
    since = marker = None
    if last_approval is not None:
        last = gate.store.find(last_approval).record
        since, marker = last.commit, gate.store.file_of(last).relative_to(gate.project)
    return authors(gate.project, gate.stack, gate.environment, since, marker)
