"""Whether a step is one of those that were approved; asked of plans, and again before each step happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ffinfra.gate.fingerprints import GateKey, fingerprint_inputs
from ffinfra.gate.operations import Operation
from ffinfra.gate.record import ApprovedStep

_CREATING = frozenset({Operation.CREATE, Operation.CREATE_REPLACEMENT})


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step that is about to be done.

    Attributes:
        operation: what is done.
        urn: to which resource.
        inputs: the new inputs with secrets in clear; None where the step has none.
    """

    operation: Operation
    urn: str
    inputs: Mapping[str, Any] | None = field(repr=False)

    def bound(self, key: GateKey) -> ApprovedStep:
        """The step as an approval binds it."""
        if self.inputs is None:
            return ApprovedStep(operation=self.operation, urn=self.urn)
        found = fingerprint_inputs(key, self.inputs)
        return ApprovedStep(
            operation=self.operation, urn=self.urn, inputs=found.digest, unknown=found.unknown
        )


def permits(approved: Iterable[ApprovedStep], step: PlannedStep, key: GateKey, *, resumed: bool) -> bool:
    """Whether one of the approved steps is this one.

    Values that were not known at the approval may be anything now. In a resumed run, something whose creation
    was broken off half-way and then taken over is updated to what it was to be created as, and something whose
    replacement was broken off after the deletion is created.
    """
    for candidate in approved:
        if candidate.urn != step.urn or not _same_deed(candidate.operation, step.operation, resumed=resumed):
            continue
        if step.inputs is None:
            return candidate.inputs is None
        if candidate.inputs is not None:
            found = fingerprint_inputs(key, step.inputs, candidate.unknown)
            if found.digest == candidate.inputs:
                return True
    return False


def _same_deed(approved: Operation, now: Operation, *, resumed: bool) -> bool:
    return approved is now or (resumed and approved in _CREATING and now in {*_CREATING, Operation.UPDATE})
