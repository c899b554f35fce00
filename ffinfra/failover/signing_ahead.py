"""A switch approved ahead: every stage of it previewed from here, and a record for each, in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.signed_switch import Memory, Stage, Standing, memory, stages
from ffinfra.failover.foreseen import changes_after, steps_after
from ffinfra.failover.switching import Switch, bound_switch
from ffinfra.gate.approving import prepare
from ffinfra.gate.cosigning import waiting_record, why_not_this
from ffinfra.gate.lifetime import STANDBY_FOR
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.quorum import least_approvals
from ffinfra.gate.record import ApprovalRecord, BoundSwitch, Override
from ffinfra.gate.rules import evaluate
from ffinfra.gate.signers import authority_of
from ffinfra.problems import OperationalError
from ffinfra.stack import read_declarations


@dataclass(frozen=True, slots=True)
class StageAhead:
    """A stage of a switch, to be signed ahead.

    Attributes:
        preview: of what this stage changes once those before it are done; the mode that is set stays.
        switch: what its approval is for.
    """

    preview: GatePreview
    switch: BoundSwitch


def standings_ahead(delegations: Delegations, now: Standing, target: Mode) -> tuple[Standing, ...]:
    """What the changes on the way to a mode set, in order; only zones in stages have more than one."""
    way: Sequence[Standing] = [one.standing for one in stages(delegations, now, target, Memory(0, 0))]
    return tuple(way) or (now,)


def stages_ahead(switch: Switch, *, live: bool = False) -> tuple[StageAhead, ...]:
    """Every change of a switch from here, in order.

    Args:
        switch: of the stack.
        live: ask the providers what they hold and offer.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: the engine does not answer, the stack has no mode, or a later stage cannot be foreseen.
    """
    declarations = read_declarations(switch.gate.project)
    here = now = switch.standing()
    caches = memory(declarations.delegations, (zone.zone for zone in declarations.zones))
    way = stages(declarations.delegations, now, switch.target, caches) or (Stage(0, now, ""),)
    found: list[StageAhead] = []
    before: GatePreview | None = None
    for stage in way:
        with switch.trying(here, stage.standing, keep=False):
            whole = switch.gate.preview(live=live)
        preview = whole if before is None else _left_after(whole, before)
        wait = None if before is None else stage.wait
        found.append(StageAhead(preview, bound_switch(now, stage.standing, wait)))
        now, before = stage.standing, whole
    return tuple(found)


def _left_after(whole: GatePreview, before: GatePreview) -> GatePreview:
    """A preview of what is left of a whole change once the stages before it are done; the rules judge that alone."""
    if whole.switch is None or before.switch is None or whole.switch.bindings != before.switch.bindings:
        raise OperationalError("something moved between the previews of two stages", "Run the same again")
    if whole.steps is None or before.steps is None:
        return whole
    changes = changes_after(whole.changes, before.changes)
    context = replace(whole.context, changes=changes)
    return replace(
        whole,
        changes=changes,
        context=context,
        verdict=evaluate(context),
        steps=steps_after(whole.steps, before.steps),
    )


def sign_ahead(
    gate: Gate, ahead: Sequence[StageAhead], override: Override | None = None
) -> tuple[ApprovalRecord, ...]:
    """The records that would approve a switch ahead, one for each stage; each names the one before it.

    Raises:
        OperationalError: it is blocked, or there is nothing to switch.
    """
    now = datetime.now(UTC)
    records: list[ApprovalRecord] = []
    for stage in ahead:
        if not stage.preview.steps:
            mode = stage.switch.to_mode
            raise OperationalError(f"a switch of {gate.stack} to {mode} changes nothing", "Name another mode")
        record = prepare(gate, stage.preview, now, STANDBY_FOR, override, stage.switch)
        records.append(following(record, records[-1]) if records else record)
    return tuple(records)


def following(record: ApprovalRecord, before: ApprovalRecord) -> ApprovalRecord:
    """A later stage's record behind that of the stage before it, which hands on who may approve."""
    after = record.model_copy(update={"predecessor": before.identifier})
    return after.model_copy(update={"approvals_needed": least_approvals(after, authority_of(before))})


@dataclass(frozen=True, slots=True)
class WaitingSwitch:
    """The stored records of a switch that others signed, and what of them is not as shown.

    Attributes:
        records: one for each stage, as far as they are there.
        differing: in words; empty where they may be signed.
    """

    records: tuple[ApprovalRecord, ...]
    differing: tuple[str, ...]


def waiting_switch(
    gate: Gate, identifier: str, fresh: Sequence[ApprovalRecord], now: datetime
) -> WaitingSwitch:
    """The records that lie there of a switch that was just shown, so that signatures can be added.

    Args:
        gate: the stack's gate.
        identifier: of the first stage's approval.
        fresh: the records that would be made now.
        now: the present time.

    Raises:
        InvalidInputError: there is no such approval, or a file was edited.
    """
    first = gate.store.find(identifier).record
    found, differing = [first], why_not_this(gate, first, fresh[0], now)
    for one in fresh[1:]:
        candidates = [
            (stored.record, _why_not_behind(gate, stored.record, one, found, now))
            for stored in gate.store.all()
            if stored.record.predecessor == found[-1].identifier and stored.record.switch == one.switch
        ]
        if not candidates:
            return WaitingSwitch(tuple(found), (*differing, "the stage after it is not there"))
        record, why = min(reversed(candidates), key=lambda candidate: len(candidate[1]))
        differing += why
        found.append(record)
    return WaitingSwitch(tuple(found), differing)


def _why_not_behind(
    gate: Gate, record: ApprovalRecord, fresh: ApprovalRecord, before: Sequence[ApprovalRecord], now: datetime
) -> tuple[str, ...]:
    """What of a later stage's stored record is not as shown; ``before``: the records of the stages before it."""
    why = why_not_this(gate, record, following(fresh, before[-1]), now, first=before[0])
    return why if record.authors == before[0].authors else (*why, "the stages name other authors")


def waiting_or_fresh(
    gate: Gate, fresh: tuple[ApprovalRecord, ...], now: datetime
) -> tuple[ApprovalRecord, ...]:
    """The records of just this switch that wait for a signature, made by somebody before; else the fresh ones."""
    first = waiting_record(gate, fresh[0], now)
    if first is None:
        return fresh
    waiting = waiting_switch(gate, first.identifier, fresh, now)
    return fresh if waiting.differing else waiting.records
