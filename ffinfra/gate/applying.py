"""Applying an approval: verify, plan afresh, compare, perform, record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ffinfra.gate.approvals import Outcome, PerformedStep, StoredApproval
from ffinfra.gate.approving import present_authors, still_blocked
from ffinfra.gate.authorship import independent, people
from ffinfra.gate.closing import closed_note
from ffinfra.gate.digest import parse_digest
from ffinfra.gate.events import StepEvent
from ffinfra.gate.exclusive import alone
from ffinfra.gate.findings import Verdict
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.leftovers import clear_own_lock, end_orphans
from ffinfra.gate.performed import outcome_of
from ffinfra.gate.permission import PlannedStep, permits
from ffinfra.gate.plan import planned_steps
from ffinfra.gate.preflight.live import ask_providers
from ffinfra.gate.previewing import Gate, Present, judged_at, preview_changes
from ffinfra.gate.progress import steps_left, steps_permitted
from ffinfra.gate.record import ApprovedStep
from ffinfra.gate.refusal import ApprovalRefusedError, Refusal
from ffinfra.gate.rules import evaluate
from ffinfra.gate.settling import settle_pending
from ffinfra.gate.update_run import run_update
from ffinfra.gate.usable import usable_approval
from ffinfra.gate.verification import TWO, Verified
from ffinfra.problems import OperationalError
from ffinfra.urn import name_of


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    Attributes:
        stored: the approval that was used.
        outcome: what was performed.
        settled: what a broken-off run had left open and how it was settled.
        talk: what the engine said.
    """

    stored: StoredApproval
    outcome: Outcome
    settled: tuple[str, ...]
    talk: str


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whom to tell what happens: sentences, and steps as they begin and end."""

    say: Callable[[str], None]
    step: Callable[[StepEvent], None]


def apply(gate: Gate, identifier: str | None, watcher: Watcher, *, live: bool = False) -> Applied:
    """Apply an approval; a second call with the same one goes on where a broken-off run ended.

    Args:
        gate: the stack's gate.
        identifier: the approval; None takes the newest that fits.
        watcher: whom to tell.
        live: ask the providers just before it whether they would refuse; no answer is a refusal too.

    Raises:
        ApprovalRefusedError: no approval fits the situation.
        OperationalError: the engine fails, more was performed than approved, or another apply is at work.
    """
    with alone(gate.project, gate.stack):
        return _applied(gate, identifier, watcher, live=live)


def _applied(gate: Gate, identifier: str | None, watcher: Watcher, *, live: bool) -> Applied:
    _clear_processes(gate, watcher)
    situation, settled = _settled(gate, watcher)
    found = _to_apply(gate, identifier, situation)
    if isinstance(found, StoredApproval):
        return _nothing_left(found, settled)
    watcher.say("planning afresh and comparing with the approval")
    fresh = _fresh_plan(gate, found.record.identifier, situation, live=live)
    begun = _begun(gate, found, situation, fresh)
    gate.store.set_outcome(found.record, begun)
    watcher.say(f"performing {len(fresh.steps)} approved steps")
    result = run_update(gate.engine, fresh.plan, found.record.identifier, watcher.step)
    outcome = outcome_of(begun, result, found.record)
    gate.store.set_outcome(found.record, outcome)
    return Applied(gate.store.find(found.record.identifier), outcome, settled, result.talk)


def _settled(gate: Gate, watcher: Watcher) -> tuple[Present, tuple[str, ...]]:
    """The stack with nothing left open, and how what was open was settled."""
    situation = gate.situation()
    if not situation.state.pending:
        return situation, ()
    watcher.say(f"settling {len(situation.state.pending)} operations whose end nobody saw")
    settled = settle_pending(gate.engine, situation.state.pending)
    return gate.situation(), settled


def _to_apply(gate: Gate, identifier: str | None, situation: Present) -> Verified | StoredApproval:
    """The approval to use; or one of a broken-off run of which everything is done by now.

    Raises:
        ApprovalRefusedError: no approval fits.
    """
    closed = closed_note(gate.store, situation.state, situation.key, datetime.now(UTC))
    if closed is not None and identifier is not None and closed.record.identifier.startswith(identifier):
        return closed
    try:
        return _verified(gate, identifier, situation)
    except ApprovalRefusedError:
        if closed is None or identifier is not None:
            raise
        return closed


def _begun(gate: Gate, verified: Verified, situation: Present, fresh: _Fresh) -> Outcome:
    """The note with which an apply begins, once plan and rules fit what was approved.

    Raises:
        ApprovalRefusedError: they do not.
    """
    record, state, key = verified.record, situation.state, situation.key
    resumed = state.last_approval == record.identifier
    left = steps_left(record, state, key) if resumed else record.steps
    permitted = steps_permitted(record, state, key) if resumed else record.steps
    _compare(permitted, fresh.steps, key, resumed=resumed)
    _judge_afresh(gate, verified, fresh.verdict)
    before = gate.store.find(record.identifier).outcome
    started = datetime.now(UTC)
    return Outcome(
        approval=record.identifier,
        started=started,
        ended=started,
        complete=False,
        performed=before.performed if before else (),
        not_performed=tuple(PerformedStep(operation=step.operation, urn=step.urn) for step in left),
    )


def _nothing_left(closed: StoredApproval, settled: tuple[str, ...]) -> Applied:
    """A broken-off run of which everything is done, now that what was open is settled."""
    assert closed.outcome is not None
    return Applied(closed, closed.outcome, settled, "everything that was approved is done")


def tidy_up(gate: Gate, watcher: Watcher) -> tuple[str, ...]:
    """End and settle what a broken-off run left, before anything is previewed; a sentence for each thing settled.

    Raises:
        OperationalError: it is of another machine, still runs, or cannot be told.
    """
    if all(stored.outcome is None or stored.outcome.complete for stored in gate.store.all()):
        return ()
    with alone(gate.project, gate.stack):
        _clear_processes(gate, watcher)
        return settle_pending(gate.engine, gate.situation().state.pending)


def _clear_processes(gate: Gate, watcher: Watcher) -> None:
    """End orphans and clear our own dead lock, if a run of ours was broken off."""
    count = end_orphans({stored.record.identifier for stored in gate.store.all()})
    if count:
        watcher.say(f"ended {count} processes of the run that was broken off")
    if clear_own_lock(gate.engine):
        watcher.say("removed the lock of a dead run of this machine")


def _verified(gate: Gate, identifier: str | None, present: Present) -> Verified:
    judged = usable_approval(judged_at(gate, present, datetime.now(UTC)), identifier)
    if isinstance(judged, Refusal):
        raise ApprovalRefusedError(judged)
    return judged


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A plan made just before it is used, secrets in clear, and what the rules say of it now."""

    plan: str = field(repr=False)
    steps: tuple[PlannedStep, ...]
    verdict: Verdict


def _fresh_plan(gate: Gate, approval: str, present: Present, *, live: bool) -> _Fresh:
    raw = gate.engine.preview(approval=approval)
    if raw.plan is None:
        raise OperationalError(
            f"the fresh plan of {gate.stack} failed: {raw.talk.strip()[-400:] or 'see ffinfra preview'}",
            "Preview and approve anew",
        )
    changes = preview_changes(raw, parse_digest(raw.digest, f"plan of {gate.stack}"))
    context = gate.context(present.stack, changes, datetime.now(UTC), present.state.last_approval)
    verdict = evaluate(ask_providers(context, gate.environment) if live else context)
    return _Fresh(raw.plan, planned_steps(raw.plan, changes, present.state.inputs), verdict)


def _judge_afresh(gate: Gate, verified: Verified, verdict: Verdict) -> None:
    """The rules and git are asked again: what a record says of its own harmlessness counts for nothing."""
    record = verified.record
    blocking = [one for one in verdict.findings if one.blocks]
    if still_blocked(verdict, record.override):
        said = "; ".join(f"{one.rule}: {one.reason}" for one in blocking[:3])
        raise ApprovalRefusedError(Refusal(f"a rule blocks this change now: {said}", blocking[0].way_out))
    if not verdict.destructive and record.approvals_needed < TWO:
        return
    written_by = (*record.authors, *present_authors(gate, record.predecessor))
    if len(people(independent(verified.signers, written_by))) < TWO:
        reason = "the change is destructive, and fewer than two signed it who did not write it"
        raise ApprovalRefusedError(Refusal(reason, "Let a second person sign it"))


def _compare(
    approved: tuple[ApprovedStep, ...], planned: tuple[PlannedStep, ...], key: GateKey, *, resumed: bool
) -> None:
    """What is planned must be what was approved; after a broken-off run, a part of what is left of it."""
    odd = [step for step in planned if not permits(approved, step, key, resumed=resumed)]
    differing = [f"{step.operation} {name_of(step.urn)} was not approved" for step in odd]
    if not resumed:
        present = {(step.operation, step.urn) for step in planned}
        differing += [
            f"{step.operation} {name_of(step.urn)} is no longer planned"
            for step in approved
            if (step.operation, step.urn) not in present
        ]
    if differing:
        reason = f"the plan differs from what was approved: {'; '.join(differing[:5])}"
        raise ApprovalRefusedError(Refusal(reason, "Preview and approve anew"))
