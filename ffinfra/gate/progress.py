"""How far an approval was performed, told from the state alone.

The state is what the engine wrote and what the approval binds; notes beside the record are nobody's word. So whether
an approval that was begun may be gone on with is judged here, and in any clone alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ffinfra.gate.fingerprints import GateKey, fingerprint_inputs
from ffinfra.gate.operations import Operation
from ffinfra.gate.record import ApprovalRecord, ApprovedStep
from ffinfra.gate.state import StackState, awaiting_deletion
from ffinfra.urn import is_provider

_MAKING = frozenset({Operation.CREATE, Operation.CREATE_REPLACEMENT})


def steps_left(record: ApprovalRecord, state: StackState, key: GateKey) -> tuple[ApprovedStep, ...]:
    """The approved steps that the state does not show as done.

    Args:
        record: the approval, as used last.
        state: the stack's state now.
        key: of the fingerprints.
    """
    return tuple(step for step in record.steps if not _done(step, record, state, key))


def steps_permitted(record: ApprovalRecord, state: StackState, key: GateKey) -> tuple[ApprovedStep, ...]:
    """The approved steps that may be performed when an approval is gone on with.

    Those that are left, and creations: what a broken-off run had begun to make stands in the state as it was to be
    once it was taken over, and may still have to be brought there by an update.
    """
    left = steps_left(record, state, key)
    made = tuple(step for step in record.steps if step.operation in _MAKING and step not in left)
    return (*left, *(step for step in made if step.urn in state.resources))


def foreign_changes(
    approved: Mapping[str, str], touched: Collection[str], state: StackState
) -> tuple[str, ...]:
    """What in the state is neither as approved nor touched by an approved step, the first five; empty: gone on with.

    Args:
        approved: the resources of the state that was approved.
        touched: URNs of approved steps.
        state: the stack's state now.
    """
    present = state.resources
    foreign = sorted(
        name
        for name in approved.keys() | present.keys()
        if approved.get(name) != present.get(name) and name.removesuffix("#delete") not in touched
    )
    return tuple(f"resource {name}" for name in foreign[:5])


def _done(step: ApprovedStep, record: ApprovalRecord, state: StackState, key: GateKey) -> bool:
    before, now = record.bindings.resources, state.resources
    if step.urn in state.unfinished:
        return False
    doomed = awaiting_deletion(step.urn)
    match step.operation:
        case Operation.DELETE:
            return (doomed if doomed in before else step.urn) not in now
        case Operation.DELETE_REPLACED:
            return doomed not in now and now.get(step.urn) != before.get(step.urn)
        case _:
            return now.get(step.urn) != before.get(step.urn) and _as_approved(step, state, key)


def _as_approved(step: ApprovedStep, state: StackState, key: GateKey) -> bool:
    """Whether a resource stands in the state with the inputs that were approved."""
    inputs = state.inputs.get(step.urn)
    if inputs is None:
        return False
    if step.inputs is None or is_provider(step.urn):
        return True
    return fingerprint_inputs(key, inputs, step.unknown).digest == step.inputs
