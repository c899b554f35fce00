"""Finding the approval that a run of the program may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.gate.approvals import ApprovalStore, StoredApproval
from ffinfra.gate.bindings import PresentSwitch, differing
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.later_stage import moved_since, same_beginning, too_soon
from ffinfra.gate.progress import foreign_changes, steps_left
from ffinfra.gate.record import ApprovalRecord, Bindings
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signers import authority_in_force, authority_of
from ffinfra.gate.state import StackState
from ffinfra.gate.verification import Verified, verify_approval

STATE_MOVED = "the state of the stack"


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand when an approval is to be used.

    Attributes:
        project: the project's folder.
        stack: the stack.
        present: the bindings as they are now.
        state: the stack's state.
        now: the present time.
        environment: the process's environment, for the pin of the first signers.
        key: of the stack's fingerprints.
        switch: what an approval of a switch binds, as it is now.
    """

    project: Path
    stack: str
    present: Bindings
    state: StackState
    now: datetime
    environment: Mapping[str, str]
    key: GateKey
    switch: PresentSwitch | None = None

    @property
    def store(self) -> ApprovalStore:
        """The stack's approvals."""
        return ApprovalStore(self.project / "approvals" / self.stack)


def usable_approval(situation: Situation, identifier: str | None) -> Verified | Refusal:
    """The approval to use, or why there is none.

    Args:
        situation: how things stand.
        identifier: the approval that was named; None takes the newest that fits.

    Raises:
        InvalidInputError: an approval's file was edited, or the named one is not there.
        OperationalError: the signers in force cannot be told.
    """
    if identifier is not None:
        return _judge(situation, situation.store.find(identifier))
    refusal = None
    for stored in reversed(situation.store.all()):
        judged = _judge(situation, stored)
        if isinstance(judged, Verified):
            return judged
        if not stored.outcome and stored.record.switch is None and refusal is None:
            refusal = Refusal(f"approval {stored.record.identifier[:12]}: {judged.reason}", judged.way_out)
    return refusal or Refusal(
        f"there is no approval for stack {situation.stack}", "Run ffinfra preview, then ffinfra approve"
    )


def usable_switch(situation: Situation) -> Verified | Refusal:
    """An approval given ahead for the switch that is set, or why there is none; waits before it count for nothing.

    Raises:
        InvalidInputError: an approval's file was edited.
        OperationalError: the signers in force cannot be told.
    """
    refusal = Refusal("no switch was signed ahead", "Run ffinfra approve --standby")
    for stored in reversed(situation.store.all()):
        switch, here = stored.record.switch, situation.switch
        if switch is None or here is None or (switch.to_mode, switch.to_trust) != (here.mode, here.trust):
            continue
        judged = _judge(situation, stored, waited=True)
        if isinstance(judged, Verified):
            return judged
        refusal = Refusal(f"approval {stored.record.identifier[:12]}: {judged.reason}", judged.way_out)
    return refusal


def usable_next(
    situation: Situation, before: ApprovalRecord, wanted: tuple[Mode, Trust]
) -> Verified | Refusal:
    """An approval of the stage after one that was given ahead and not taken yet, or why there is none.

    Args:
        situation: how things stand now, before both stages.
        before: the approval of the stage before.
        wanted: mode and trust that the later stage leads to.

    Raises:
        InvalidInputError: an approval's file was edited.
    """
    refusal = Refusal("the stage after it is not signed", "Run ffinfra approve --standby")
    for stored in reversed(situation.store.all()):
        record, here = stored.record, situation.switch
        switch = record.switch
        if switch is None or here is None or (switch.to_mode, switch.to_trust) != wanted:
            continue
        if switch.wait is None or record.predecessor != before.identifier:
            continue
        judged = verify_approval(
            stored,
            stack=situation.stack,
            authority=authority_of(before),
            last_approval=before.identifier,
            left=record.steps,
            now=situation.now,
        )
        moved = differing(record.bindings, here.bindings)
        if not same_beginning(record, before):
            moved += (STATE_MOVED,)
        if isinstance(judged, Verified) and not moved:
            return judged
        reason = judged.reason if isinstance(judged, Refusal) else f"changed since: {'; '.join(moved)}"
        refusal = Refusal(f"approval {record.identifier[:12]}: {reason}", "Run ffinfra approve --standby")
    return refusal


def _judge(situation: Situation, stored: StoredApproval, *, waited: bool = False) -> Verified | Refusal:
    last = situation.state.last_approval
    authority = authority_in_force(situation.project, situation.store, last, situation.environment)
    judged = verify_approval(
        stored,
        stack=situation.stack,
        authority=authority,
        last_approval=last,
        left=steps_left(stored.record, situation.state, situation.key),
        now=situation.now,
    )
    if isinstance(judged, Refusal):
        return judged
    present = _present(situation, stored.record)
    if isinstance(present, Refusal):
        return present
    soon = None if waited else too_soon(stored.record, situation.state, situation.now)
    if soon is not None:
        return soon
    moved = differing(stored.record.bindings, present) + _moved_state(situation, stored.record, present)
    if moved:
        return Refusal(f"changed since the approval: {'; '.join(moved)}", "Preview and approve anew")
    return judged


def _moved_state(situation: Situation, record: ApprovalRecord, present: Bindings) -> tuple[str, ...]:
    """What in the state is not as the approval may find it, in words."""
    if record.switch is not None and record.switch.wait is not None and record.predecessor is not None:
        before = situation.store.find(record.predecessor).record
        return moved_since(record, before, situation.state, situation.key)
    if situation.state.last_approval == record.identifier:
        touched = {step.urn for step in record.steps}
        return foreign_changes(record.bindings.resources, touched, situation.state)
    return () if record.bindings.state == present.state else (STATE_MOVED,)


def _present(situation: Situation, record: ApprovalRecord) -> Bindings | Refusal:
    """What a record's bindings are to be compared with."""
    if record.switch is None:
        return situation.present
    here, wanted = situation.switch, (record.switch.to_mode, record.switch.to_trust)
    if here is None or (here.mode, here.trust) != wanted:
        return Refusal(
            f"it was given for a switch to {record.switch.to_mode} (trust {record.switch.to_trust})",
            f"Switch there: ffinfra failover --to {record.switch.to_mode}, or approve what is set",
        )
    return here.bindings
