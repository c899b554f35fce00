"""Which steps a person is shown: a replacement is one thing, though the engine takes three steps for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from ffinfra.gate.operations import Operation

_PARTS = frozenset({Operation.CREATE_REPLACEMENT, Operation.DELETE_REPLACED})


class _Step(Protocol):
    @property
    def operation(self) -> Operation: ...

    @property
    def urn(self) -> str: ...


StepT = TypeVar("StepT", bound=_Step)


def without_parts(steps: Iterable[StepT]) -> tuple[StepT, ...]:
    """The steps without the parts of a replacement that stands beside them; a part on its own is shown."""
    steps = tuple(steps)
    replaced = {step.urn for step in steps if step.operation is Operation.REPLACE}
    return tuple(step for step in steps if step.operation not in _PARTS or step.urn not in replaced)
