"""What was overridden and declared before, as ``approvals/`` tells it, for a preview that knows no state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from ffinfra.gate.approvals import ApprovalStore, StoredApproval
from ffinfra.gate.context import GateContext
from ffinfra.gate.earlier import NothingYet, NotKnown
from ffinfra.gate.handing_on import UnknownAuthority
from ffinfra.gate.noted_authority import noted_last
from ffinfra.gate.outline import outline_file
from ffinfra.gate.overrides import OpenOverride, open_overrides
from ffinfra.gate.reading_earlier import earlier_declarations
from ffinfra.problems import InvalidInputError


def with_noted_past(
    context: GateContext, project: Path, stack: str, environment: Mapping[str, str]
) -> GateContext:
    """The same changes, to be judged after what the checkout's notes tell; for showing alone.

    Args:
        context: of a preview that was taken in a copy without approvals.
        project: the checkout.
        stack: the stack's name.
        environment: of the process, for the pin.

    Raises:
        OperationalError: ssh-keygen is missing, or a file is a link.
    """
    assert context.kind is not None
    store = ApprovalStore(project / "approvals" / stack)
    last = noted_last(project, store, environment)
    known = None if last is None or isinstance(last, UnknownAuthority) else last.identifier
    earlier = earlier_declarations(project, stack, context.kind, known)
    if isinstance(last, UnknownAuthority):
        earlier[context.kind] = NotKnown(last.reason)
    elif earlier[context.kind] == NothingYet() and outline_file(project, stack).exists():
        earlier[context.kind] = NotKnown(f"an outline of {stack} is there, and no approval that was applied")
    return replace(context, overrides=_overrides(store), earlier=earlier)


def _overrides(store: ApprovalStore) -> tuple[OpenOverride, ...]:
    """Of all histories that the notes tell, believed or not: one override too many harms nobody."""
    try:
        stored = store.all()
    except InvalidInputError:  # told by who may approve, and by what was declared before
        return ()
    found = [one for last in _used_last(stored) for one in open_overrides(stored, last)]
    return tuple(dict.fromkeys(found))


def _used_last(stored: Collection[StoredApproval]) -> list[str]:
    """The approvals that were used, also by an apply that was broken off, and that no other used one follows."""
    used = [one.record for one in stored if one.outcome and (one.outcome.complete or one.outcome.performed)]
    followed = {record.predecessor for record in used}
    return [record.identifier for record in used if record.identifier not in followed]
