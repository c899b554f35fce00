"""The engine's update plan: what of it the approval binds.

The plan's bytes hold times and random seeds, so they are never compared; the inputs in it, secrets in clear,
are what the fingerprints are made of. A plan file is for the owner's eyes only and is deleted after use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ffinfra.gate.changes import GATE_RECORD_TYPE, ChangeSet
from ffinfra.gate.operations import Operation
from ffinfra.gate.permission import PlannedStep
from ffinfra.gate.urn import is_provider, is_stack, type_of
from ffinfra.problems import OperationalError

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_WITHOUT_INPUTS = frozenset({Operation.DELETE, Operation.DELETE_REPLACED, Operation.REMOVE_PENDING_REPLACE})


def planned_steps(plan_text: str, changes: ChangeSet) -> tuple[PlannedStep, ...]:
    """The steps of a plan that do something, sorted.

    Default providers are in the plan but not in the digest; all else must be in both.

    Raises:
        OperationalError: plan and digest do not tell the same, or the plan is of no known form.
    """
    plans: Mapping[str, Any] = json.loads(plan_text)["resourcePlans"]
    steps = tuple(sorted(_steps(plans), key=lambda step: (step.urn, step.operation.value)))
    in_plan = {(step.urn, step.operation) for step in steps if not is_provider(step.urn)}
    in_digest = {(change.urn, change.operation) for change in changes.effective}
    if in_plan != in_digest:
        odd = ", ".join(sorted(f"{operation} {urn}" for urn, operation in in_plan ^ in_digest)[:3])
        raise OperationalError(f"the engine's plan and its digest differ ({odd})", "Preview again")
    return steps


def _steps(plans: Mapping[str, Any]) -> Iterator[PlannedStep]:
    for urn, plan in plans.items():
        if is_stack(urn) or type_of(urn) == GATE_RECORD_TYPE:
            continue
        for word in plan["steps"]:
            operation = Operation(word)
            if operation in _WITHOUT_INPUTS:
                yield PlannedStep(operation, urn, None)
            elif operation.changes_something:
                yield PlannedStep(operation, urn, _in_clear(plan.get("state") or {}))


def _in_clear(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Secrets as their plain values."""
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            if "plaintext" not in value:
                raise OperationalError(
                    "the plan holds an encrypted secret, which cannot be bound",
                    "Preview again; the gate asks for plans with secrets in clear",
                )
            return json.loads(value["plaintext"])
        return {name: _in_clear(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_clear(item) for item in value]
    return value
