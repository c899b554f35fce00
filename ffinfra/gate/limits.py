"""Signs that a preview was asked for with limits, so that it shows less, or lets more pass, than an update would.

The engine writes no option into its digest. What it writes of a resource that a limit leaves out is seen with
3.259: its outputs stand on the new side too, where a resource that was looked at has none yet; and one that would
have to be created is a ``same`` step of something without an identifier.
"""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.digest import Digest, Step
from ffinfra.gate.operations import Operation, operation_of
from ffinfra.urn import is_provider, name_of

_SAME = Operation.SAME.value


def signs_of_limits(digest: Digest) -> Iterator[str]:
    """What tells of ``--target``, ``--exclude`` or ``--ignore-protect``, a sentence each."""
    steps = digest.steps or ()
    left_out = sorted(name_of(step.urn) for step in steps if _left_out(step))
    if left_out:
        more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
        yield f"{left_out[0]}{more} was left out (--target or --exclude)"
    if not digest.errors:
        for urn in sorted({step.urn for step in steps if _removes_protected(step)}):
            yield f"{name_of(urn)} is protected and would be removed all the same (--ignore-protect)"


def _left_out(step: Step) -> bool:
    old, new = step.old_state, step.new_state
    if step.op != _SAME or old is None or new is None or not new.custom:
        return False
    return (not old.id or bool(bytes(new.outputs))) and not is_provider(step.urn)


def _removes_protected(step: Step) -> bool:
    if step.old_state is None or not step.old_state.protect:
        return False
    operation = operation_of(step.op)
    return operation is not None and operation.removes
