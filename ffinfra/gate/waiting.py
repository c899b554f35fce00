"""Whether an approval waits to be applied, or to be gone on with."""

from __future__ import annotations

from datetime import datetime

from ffinfra.gate.previewing import Gate
from ffinfra.gate.progress import steps_left


def waits(gate: Gate, now: datetime) -> bool:
    """Whether something of a stack was approved and is not done; whether it holds is for ``apply`` to judge.

    An approval of a switch waits for a night, not for an apply.

    Raises:
        InvalidInputError: configuration, declarations or an approval have mistakes.
        OperationalError: the engine does not answer.
    """
    present = gate.situation()
    last = present.state.last_approval
    for stored in gate.store.all():
        record = stored.record
        if record.switch is not None:
            continue
        if record.identifier == last and steps_left(record, present.state, present.key):
            return True
        if record.predecessor == last and not record.expired(now):
            return True
    return False
