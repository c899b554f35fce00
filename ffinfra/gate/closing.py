"""Closing the note of a run whose end nobody noted, once the state shows that nothing of it is left."""

from __future__ import annotations

from datetime import datetime

from ffinfra.gate.approvals import ApprovalStore, StoredApproval
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.lineage import by_identifier
from ffinfra.gate.progress import steps_left
from ffinfra.gate.state import StackState


def closed_note(
    store: ApprovalStore, state: StackState, key: GateKey, now: datetime
) -> StoredApproval | None:
    """The approval that the state names, if its note was open and all of it is done; the note then says so.

    Args:
        store: the stack's approvals.
        state: the stack's state.
        key: of its fingerprints.
        now: noted as the end.
    """
    last = by_identifier(store.all()).get(state.last_approval or "")
    if last is None or last.outcome is None or last.outcome.complete or state.pending:
        return None
    if steps_left(last.record, state, key):
        return None
    done = (*last.outcome.performed, *last.outcome.not_performed)
    changes = {"ended": now, "complete": True, "performed": done, "not_performed": (), "failures": ()}
    store.set_outcome(last.record, last.outcome.model_copy(update=changes))
    return store.find(last.record.identifier)
