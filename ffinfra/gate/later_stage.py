"""A later stage of a switch, approved together with the stage before it: what must be true when it is used.

The state that the stage before leaves is not known when both are signed: identifiers and times come from the
provider. So both bind the state from which the whole switch begins, and the later one holds where that state has
changed by nothing but the approved steps, all of the stage before among them. A broken-off apply is gone on with by
the same judgement.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.progress import foreign_changes, steps_left
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.state import StackState


def same_beginning(record: ApprovalRecord, before: ApprovalRecord) -> bool:
    """Whether two stages were approved over the same state."""
    mine, theirs = record.bindings, before.bindings
    return (mine.state, mine.resources) == (theirs.state, theirs.resources)


def moved_since(
    record: ApprovalRecord, before: ApprovalRecord, state: StackState, key: GateKey
) -> tuple[str, ...]:
    """What in the state is not as the two stages leave it, in words; empty: the later one may be used.

    Args:
        record: of the later stage.
        before: of the stage before it.
        state: the stack's state now.
        key: of the fingerprints.
    """
    begun = state.last_approval == record.identifier
    mine = {step.urn for step in record.steps}
    left = [step.urn for step in steps_left(before, state, key) if not (begun and step.urn in mine)]
    found = [] if same_beginning(record, before) else ["the state that the stages were approved over"]
    found += [f"the stage before left undone: {urn}" for urn in left[:5]]
    if state.pending and not begun:
        found.append("operations whose end nobody saw")
    touched = {step.urn for step in before.steps} | (mine if begun else frozenset())
    return (*found, *foreign_changes(record.bindings.resources, touched, state))


def too_soon(record: ApprovalRecord, state: StackState, now: datetime) -> Refusal | None:
    """Why the wait before a later stage is not over; None where it is, or where the stage was begun already.

    It counts from when the state was last written: a stage before that was broken off and gone on with is done no
    earlier, and what it deleted leaves no time of its own.
    """
    wait = record.switch.wait if record.switch is not None else None
    if wait is None or state.last_approval == record.identifier:
        return None
    way_out = (
        "Wait; ffinfra failover keeps the waits, which count from when the parent serves the stage before"
    )
    if state.last_written is None:
        return Refusal("when the stage before was done is not known", way_out)
    until = state.last_written + timedelta(seconds=wait)
    if now >= until:
        return None
    return Refusal(
        f"{wait} s must pass after the stage before, until {until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        way_out,
    )
