"""What an update performed of an approval, and what not, as its note keeps it."""

from __future__ import annotations

from datetime import UTC, datetime

from ffinfra.gate.approvals import Outcome, PerformedStep
from ffinfra.gate.changes import GATE_RECORD_TYPE
from ffinfra.gate.events import performed
from ffinfra.gate.operations import Operation
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.update_run import UpdateResult
from ffinfra.urn import is_provider, is_stack, type_of


def outcome_of(begun: Outcome, result: UpdateResult, record: ApprovalRecord) -> Outcome:
    """What was really performed, and whether all of it was approved."""
    done = [step for step in performed(list(result.events)) if not _own(step.urn)]
    allowed = {step.urn for step in record.steps}
    foreign = [step for step in done if step.urn not in allowed and not is_provider(step.urn)]
    failures = [f"{event.operation} {event.urn}" for event in result.events if event.failed]
    failures += [f"NOT APPROVED but performed: {step.operation} {step.urn}" for step in foreign]
    if result.exit_code and not failures:
        failures.append(f"the engine ended with {result.exit_code}")
    complete = result.exit_code == 0 and not foreign
    ended_well = {(step.urn, step.operation) for step in done}
    missing = tuple(step for step in begun.not_performed if not _covered(step, ended_well))
    return begun.model_copy(
        update={
            "ended": datetime.now(UTC),
            "complete": complete,
            "performed": (*begun.performed, *done),
            "not_performed": () if complete else missing,
            "failures": tuple(failures),
        }
    )


def _covered(step: PerformedStep, ended_well: set[tuple[str, Operation]]) -> bool:
    """Whether a step was performed, be it as the update of something that a broken-off run had begun to make."""
    making = step.operation in {Operation.CREATE, Operation.CREATE_REPLACEMENT}
    as_any = (
        {Operation.CREATE, Operation.CREATE_REPLACEMENT, Operation.UPDATE} if making else {step.operation}
    )
    return any((step.urn, operation) in ended_well for operation in as_any)


def _own(urn: str) -> bool:
    """The root of the stack and the gate's own record are moved by every update."""
    return is_stack(urn) or type_of(urn) == GATE_RECORD_TYPE
