"""The note of a run whose end nobody noted is closed when the state shows that nothing of it is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ffinfra.gate.approvals import ApprovalStore, Outcome, PerformedStep
from ffinfra.gate.closing import closed_note
from ffinfra.gate.operations import Operation
from ffinfra.gate.permission import PlannedStep
from ffinfra.gate.state import PendingOperation, StackState
from tests.gate.signing_people import BINDINGS, KEY, NOW, URN, record_of

INPUTS = {"host": "sn1"}
RECORD = record_of("alex x\n", PlannedStep(Operation.UPDATE, URN, INPUTS).bound(KEY))
DONE = StackState("", {URN: "9" * 32}, RECORD.identifier, (), {URN: INPUTS})
STEP = PerformedStep(operation=Operation.UPDATE, urn=URN)


@pytest.fixture
def store(tmp_path: Path) -> ApprovalStore:
    made = ApprovalStore(tmp_path / "approvals" / "prod")
    made.add(RECORD, None)
    begun = Outcome(
        approval=RECORD.identifier,
        started=NOW,
        ended=NOW,
        complete=False,
        performed=(),
        not_performed=(STEP,),
        failures=("broken off",),
    )
    made.set_outcome(RECORD, begun)
    return made


def test_nothing_is_left(store: ApprovalStore) -> None:
    closed = closed_note(store, DONE, KEY, NOW)
    assert closed is not None
    assert closed.outcome is not None
    told = closed.outcome.complete, closed.outcome.performed, closed.outcome.not_performed
    assert told == (True, (STEP,), ())
    assert closed_note(store, DONE, KEY, NOW) is None


@pytest.mark.parametrize(
    "state",
    [
        replace(DONE, resources=BINDINGS.resources),
        replace(DONE, pending=(PendingOperation(URN, "updating", {}),)),
        replace(DONE, last_approval=None),
        replace(DONE, last_approval="ab" * 32),
    ],
    ids=["a step is left", "an end is not known", "never begun", "another one was begun"],
)
def test_something_is(store: ApprovalStore, state: StackState) -> None:
    assert closed_note(store, state, KEY, NOW) is None
    (stored,) = store.all()
    assert stored.outcome is not None
    assert not stored.outcome.complete
