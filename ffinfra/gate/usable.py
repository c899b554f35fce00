"""Finding the approval that a run of the program may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ffinfra.gate.approvals import ApprovalStore, StoredApproval
from ffinfra.gate.bindings import STATE_MOVED, PresentSwitch, differing
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.progress import steps_left
from ffinfra.gate.record import ApprovalRecord, Bindings
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signers import authority_in_force
from ffinfra.gate.state import StackState
from ffinfra.gate.verification import Verified, verify_approval


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
    """An approval given ahead for the switch that is set, or why there is none.

    Raises:
        InvalidInputError: an approval's file was edited.
        OperationalError: the signers in force cannot be told.
    """
    refusal = Refusal("no switch was signed ahead", "Run ffinfra approve --standby")
    for stored in reversed(situation.store.all()):
        switch, here = stored.record.switch, situation.switch
        if switch is None or here is None or (switch.to_mode, switch.to_trust) != (here.mode, here.trust):
            continue
        judged = _judge(situation, stored)
        if isinstance(judged, Verified):
            return judged
        refusal = Refusal(f"approval {stored.record.identifier[:12]}: {judged.reason}", judged.way_out)
    return refusal


def _judge(situation: Situation, stored: StoredApproval) -> Verified | Refusal:
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
    resumed = last == stored.record.identifier
    moved = differing(stored.record.bindings, present)
    if resumed:
        moved = tuple(what for what in moved if what != STATE_MOVED)
        moved += foreign_changes(stored.record, situation.state)
    if moved:
        return Refusal(f"changed since the approval: {'; '.join(moved)}", "Preview and approve anew")
    return judged


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


def foreign_changes(record: ApprovalRecord, state: StackState) -> tuple[str, ...]:
    """What in the state is neither as approved nor touched by an approved step; empty: can be resumed."""
    touched = {step.urn for step in record.steps}
    approved, present = record.bindings.resources, state.resources
    foreign = sorted(
        name
        for name in approved.keys() | present.keys()
        if approved.get(name) != present.get(name) and name.removesuffix("#delete") not in touched
    )
    return tuple(f"resource {name}" for name in foreign[:5])
