"""What a later stage changes, told from two previews of the state before both."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.failover.foreseen import changes_after, steps_after
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.operations import Operation
from ffinfra.gate.property_changes import PropertyChange
from ffinfra.gate.record import ApprovedStep
from ffinfra.problems import OperationalError

DS, NS, BOTH, ZONE = (f"urn:pulumi:failover::ffinfra::a:b:C::{name}" for name in ("ds", "ns", "both", "zone"))
CREATE, UPDATE, DELETE, SAME = Operation.CREATE, Operation.UPDATE, Operation.DELETE, Operation.SAME
UNTOLD = "what a later stage does to (ds|ns|both) cannot be told before the stage before it is done"


def change(operation: Operation, urn: str, old: Any = None, new: Any = None) -> Change:
    return Change(operation, urn, old_inputs=old, new_inputs=new)


def step(operation: Operation, urn: str, inputs: str | None = None) -> ApprovedStep:
    return ApprovedStep(operation=operation, urn=urn, inputs=inputs and inputs * 32)


def test_what_the_stage_before_does_is_done() -> None:
    """There: the DS goes, then the nameservers change; at one parent as two resources, at the other as one."""
    rest, half, there = {"v": "ns1 ds"}, {"v": "ns1"}, {"v": "ns2"}
    before = ChangeSet(
        (
            change(UPDATE, BOTH, rest, half),
            change(DELETE, DS, {"v": "ds"}),
            change(SAME, NS, half, half),
            change(SAME, ZONE, {"v": 1}, {"v": 1}),
        )
    )
    whole = ChangeSet(
        (
            change(UPDATE, BOTH, rest, there),
            change(DELETE, DS, {"v": "ds"}),
            change(UPDATE, NS, half, there),
            change(SAME, ZONE, {"v": 1}, {"v": 1.0}),
        )
    )
    left = changes_after(whole, before)
    assert [(one.operation, one.urn, one.old_inputs, one.new_inputs) for one in left.changes] == [
        (UPDATE, BOTH, half, there),
        (UPDATE, NS, half, there),
        (SAME, ZONE, {"v": 1}, {"v": 1.0}),
    ]
    assert left.changes[0].properties == (PropertyChange("v", "ns1", "ns2"),)


def test_back_again_what_the_stage_before_made_stands() -> None:
    before = ChangeSet((change(CREATE, NS, None, {"v": 1}),), providers=(change(CREATE, ZONE, None, {}),))
    whole = ChangeSet(
        (change(CREATE, DS, None, {"v": 2}), change(CREATE, NS, None, {"v": 1.0})),
        providers=(change(CREATE, ZONE, None, {}),),
    )
    left = changes_after(whole, before)
    assert [(one.operation, one.urn) for one in left.changes] == [(CREATE, DS), (SAME, NS)]
    assert (left.effective, left.providers) == ((left.changes[0],), ())


def test_the_steps_are_those_of_the_changes() -> None:
    before = (step(DELETE, DS), step(UPDATE, BOTH, "1"), step(CREATE, ZONE, "3"))
    whole = (step(DELETE, DS), step(UPDATE, BOTH, "2"), step(CREATE, ZONE, "3"), step(UPDATE, NS, "4"))
    assert steps_after(whole, before) == (step(UPDATE, BOTH, "2"), step(UPDATE, NS, "4"))


@pytest.mark.parametrize(
    ("whole", "before"),
    [
        pytest.param((), ((DELETE, DS, None),), id="undone by the later stage"),
        pytest.param(((CREATE, NS, "2"),), ((CREATE, NS, "1"),), id="made as something else"),
        pytest.param(((DELETE, NS, None),), ((UPDATE, NS, "1"),), id="changed, then removed"),
        pytest.param(((UPDATE, NS, "1"),), ((DELETE, NS, None),), id="removed, then changed"),
        pytest.param(
            ((Operation.REPLACE, NS, "1"),), ((Operation.REPLACE, NS, "1"),), id="replaced by the first"
        ),
        pytest.param(((Operation.REPLACE, NS, "2"),), ((UPDATE, NS, "1"),), id="changed, then replaced"),
        pytest.param(
            ((UPDATE, NS, "1"), (UPDATE, NS, "1")),
            ((UPDATE, NS, "1"), (UPDATE, NS, "1")),
            id="two lives of one",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(
    whole: tuple[tuple[Operation, str, str | None], ...],
    before: tuple[tuple[Operation, str, str | None], ...],
) -> None:
    with pytest.raises(OperationalError, match=UNTOLD):
        steps_after([step(*one) for one in whole], [step(*one) for one in before])
    sides = [
        ChangeSet(
            tuple(change(operation, urn, {}, inputs and {"v": inputs}) for operation, urn, inputs in part)
        )
        for part in (whole, before)
    ]
    with pytest.raises(OperationalError, match=UNTOLD):
        changes_after(*sides)


def test_what_is_the_same_to_the_later_stage_was_not_changed_by_the_first() -> None:
    with pytest.raises(OperationalError, match=UNTOLD):
        changes_after(
            ChangeSet((change(SAME, NS, {"v": 1}, {"v": 1}),)),
            ChangeSet((change(UPDATE, NS, {"v": 1}, {"v": 2}),)),
        )
