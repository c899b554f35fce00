"""The engine's update plan: what of it the approval binds.

The plan's bytes hold times and random seeds, so they are never compared. What is bound are the inputs of each
step: those of the digest, with the secrets, which the digest masks, in clear from the plan. A plan file is for the
owner's eyes only and is deleted after use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ffinfra.gate.changes import GATE_RECORD_TYPE, Change, ChangeSet
from ffinfra.gate.digest import SECRET_MARK
from ffinfra.gate.operations import Operation
from ffinfra.gate.permission import PlannedStep
from ffinfra.gate.secret_values import in_clear
from ffinfra.problems import OperationalError
from ffinfra.urn import is_provider, is_stack, type_of

Inputs = Mapping[str, Any]


def planned_steps(
    plan_text: str, changes: ChangeSet, old_inputs: Mapping[str, Inputs]
) -> tuple[PlannedStep, ...]:
    """The steps of a plan that do something, sorted.

    Args:
        plan_text: the plan, secrets in clear.
        changes: the digest of the same preview.
        old_inputs: URN -> inputs in the state, secrets in clear.

    Raises:
        OperationalError: plan and digest do not tell the same, or the plan is of no known form.
    """
    plans: Mapping[str, Any] = json.loads(plan_text)["resourcePlans"]
    steps = [_of_change(change, plans, old_inputs) for change in changes.effective]
    steps += _of_providers(plans)
    in_plan = set(_effective(plans))
    in_digest = {(step.urn, step.operation) for step in steps}
    if in_plan != in_digest:
        odd = ", ".join(sorted(f"{operation} {urn}" for urn, operation in in_plan ^ in_digest)[:3])
        raise OperationalError(f"the engine's plan and its digest differ ({odd})", "Preview again")
    return tuple(sorted(steps, key=lambda step: (step.urn, step.operation.value)))


def _effective(plans: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for urn, plan in plans.items():
        if is_stack(urn) or type_of(urn) == GATE_RECORD_TYPE:
            continue
        for word in plan["steps"]:
            operation = Operation(word)
            if operation.changes_something:
                yield urn, operation


def _of_change(change: Change, plans: Mapping[str, Any], old_inputs: Mapping[str, Inputs]) -> PlannedStep:
    if change.new_inputs is None:
        return PlannedStep(change.operation, change.urn, None)
    difference = ((plans.get(change.urn) or {}).get("goal") or {}).get("inputDiff") or {}
    clear = {**old_inputs.get(change.urn, {}), **_changed(difference)}
    inputs = {
        name: _unmasked(change, name, clear) if _masked(value) else value
        for name, value in change.new_inputs.items()
    }
    return PlannedStep(change.operation, change.urn, inputs)


def _of_providers(plans: Mapping[str, Any]) -> Iterator[PlannedStep]:
    """Default providers: they are in the plan, but the digest hides them."""
    for urn, operation in _effective(plans):
        if is_provider(urn):
            difference = (plans[urn].get("goal") or {}).get("inputDiff") or {}
            yield PlannedStep(operation, urn, _changed(difference) if plans[urn].get("goal") else None)


def _changed(difference: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: in_clear(value)
        for part in ("adds", "updates")
        for name, value in (difference.get(part) or {}).items()
    }


def _unmasked(change: Change, name: str, clear: Inputs) -> Any:  # noqa: ANN401 - any JSON value
    if name not in clear:
        raise OperationalError(
            f"the secret {name} of {change.name} cannot be bound: the plan lacks it", "Preview again"
        )
    return clear[name]


def _masked(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether something inside is a secret that the digest does not show."""
    if isinstance(value, Mapping):
        return any(_masked(item) for item in value.values())
    if isinstance(value, list):
        return any(_masked(item) for item in value)
    return bool(value == SECRET_MARK)
