"""What is left of an approval, told from the state."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.gate.operations import Operation
from ffinfra.gate.permission import PlannedStep
from ffinfra.gate.progress import steps_left
from ffinfra.gate.state import StackState
from tests.gate.signing_people import BINDINGS, KEY, record_of

URN = "urn:pulumi:prod::ffinfra::x:y:Z::a"
DOOMED = f"{URN}#delete"
OLD, NEW, OTHER = {"v": "old"}, {"v": "new"}, {"v": "other"}
BEFORE = {URN: "1" * 32}


def left(
    operation: Operation,
    before: dict[str, str],
    now: dict[str, str],
    inputs: dict[str, Any] | None = None,
    *,
    unfinished: bool = False,
) -> bool:
    """Whether a step is left when the state holds ``now``."""
    new = None if operation in {Operation.DELETE, Operation.DELETE_REPLACED} else NEW
    step = PlannedStep(operation, URN, new).bound(KEY)
    bindings = BINDINGS.model_copy(update={"resources": before})
    record = record_of("alex", step, bindings=bindings)
    stands = {URN: inputs} if inputs is not None else {}
    state = StackState("", now, None, (), stands, frozenset({URN}) if unfinished else frozenset())
    return steps_left(record, state, KEY) == (step,)


CHANGED = {URN: "2" * 32}


@pytest.mark.parametrize(
    ("operation", "before", "now", "inputs", "is_left"),
    [
        pytest.param(Operation.CREATE, {}, {}, None, True, id="not made yet"),
        pytest.param(Operation.CREATE, {}, CHANGED, NEW, False, id="made"),
        pytest.param(Operation.CREATE, {}, CHANGED, OTHER, True, id="taken over as something else"),
        pytest.param(Operation.UPDATE, BEFORE, BEFORE, OLD, True, id="not updated yet"),
        pytest.param(Operation.UPDATE, BEFORE, CHANGED, NEW, False, id="updated"),
        pytest.param(Operation.UPDATE, BEFORE, BEFORE, NEW, True, id="equal inputs, outputs not yet new"),
        pytest.param(Operation.DELETE, BEFORE, BEFORE, OLD, True, id="not deleted yet"),
        pytest.param(Operation.DELETE, BEFORE, {}, None, False, id="deleted"),
        pytest.param(
            Operation.DELETE, {**BEFORE, DOOMED: "3" * 32}, BEFORE, OLD, False, id="the old one deleted"
        ),
        pytest.param(Operation.CREATE_REPLACEMENT, BEFORE, {}, None, True, id="the old one is gone first"),
        pytest.param(Operation.CREATE_REPLACEMENT, BEFORE, CHANGED, NEW, False, id="replaced"),
        pytest.param(Operation.DELETE_REPLACED, BEFORE, BEFORE, OLD, True, id="the old one stands"),
        pytest.param(
            Operation.DELETE_REPLACED, BEFORE, {**CHANGED, DOOMED: "1" * 32}, NEW, True, id="beside the new"
        ),
        pytest.param(Operation.DELETE_REPLACED, BEFORE, CHANGED, NEW, False, id="the old one is gone"),
    ],
)
def test_what_is_left(
    operation: Operation, before: dict[str, str], now: dict[str, str], inputs: Any, is_left: bool
) -> None:
    assert left(operation, before, now, inputs) is is_left


def test_what_did_not_end_well_is_left() -> None:
    assert left(Operation.UPDATE, BEFORE, CHANGED, NEW, unfinished=True)


def test_a_value_that_was_not_known_may_be_anything() -> None:
    step = PlannedStep(
        Operation.CREATE, URN, {"v": "new", "id": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
    ).bound(KEY)
    assert step.unknown == ("id",)
    record = record_of("alex", step, bindings=BINDINGS.model_copy(update={"resources": {}}))
    state = StackState("", CHANGED, None, (), {URN: {"v": "new", "id": "4711"}})
    assert steps_left(record, state, KEY) == ()
