"""What differs between the state and the world, apart from changes that the program asks for anyway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.previewing import Gate, Present
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signers import authority_in_force
from ffinfra.gate.verification import quorum
from ffinfra.stack import StackKind

SOON = timedelta(days=3)
"""A standby approval that ends within it is told of."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How a stack stands.

    Attributes:
        drifted: steps that only the world asks for: somebody changed something behind the program's back.
        waiting: how many steps the program asks for that nobody has applied.
        standby: why no switch lies signed for the night; empty where one does, or the stack is none that switches.
    """

    drifted: tuple[Change, ...]
    waiting: int
    standby: str

    @property
    def found(self) -> bool:
        """Whether somebody should look."""
        return bool(self.drifted or self.standby)


def drift_of(plain: ChangeSet, refreshed: ChangeSet) -> tuple[Change, ...]:
    """The steps of a preview that asked the world, without those of one that did not."""
    expected = {(change.urn, change.operation, change.properties) for change in plain.effective}
    return tuple(
        change
        for change in refreshed.effective
        if (change.urn, change.operation, change.properties) not in expected
    )


def only_drifted(refreshed: ChangeSet, drifted: Iterable[Change]) -> ChangeSet:
    """A preview that asked the world, with these steps alone and with what stays as it is beside them."""
    drifted = tuple(drifted)
    same = tuple(change for change in refreshed.changes if not change.operation.changes_something)
    return ChangeSet(
        tuple(sorted((*same, *drifted), key=lambda change: (change.urn, change.operation.value)))
    )


def missing_standby(gate: Gate, present: Present, now: datetime) -> str:
    """Why no standby approval holds; empty where one does.

    Its configuration names the mode that is switched to, so the configuration is not compared here.

    Raises:
        InvalidInputError: a file of the approvals was edited.
        OperationalError: the signers in force cannot be told.
    """
    if present.stack.kind is not StackKind.FAILOVER:
        return ""
    last = present.state.last_approval
    reasons = ["no switch was signed ahead"]
    for stored in reversed(gate.store.all()):
        record = stored.record
        bindings = record.bindings.model_copy(update={"configuration": present.bindings.configuration})
        if stored.outcome is not None or record.expires - record.created < SOON:
            continue
        if record.predecessor != last or bindings != present.bindings:
            reasons.append(f"{record.identifier[:12]} was signed for another state or program")
        elif record.expires <= now + SOON:
            reasons.append(f"{record.identifier[:12]} ends on {record.expires:%Y-%m-%d %H:%M} UTC")
        else:
            authority = authority_in_force(gate.project, gate.store, last, gate.environment)
            judged = quorum(stored, authority, now)
            if not isinstance(judged, Refusal):
                return ""
            reasons.append(f"{record.identifier[:12]}: {judged.reason}")
    return reasons[-1]
