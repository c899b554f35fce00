"""No change takes away or rewrites a large share of what there is."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.gate.switches import is_switch

LIMIT = 0.5
"""Share of the resources that are there."""
FEW = 6
"""Up to so many resources there is no share worth the name, unless they are removed."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """A switch of the delegation is left out: it changes all that a small failover stack holds."""
    if is_switch(context):
        return
    there = {
        change.urn for change in context.changes.changes if change.custom and change.old_inputs is not None
    }
    changed = [
        change
        for change in context.changes.effective
        if change.urn in there and change.operation is not Operation.CREATE
    ]
    touched = {change.urn for change in changed}
    removed = {change.urn for change in changed if change.operation.removes}
    if len(there) > FEW and len(touched) / len(there) > LIMIT:
        yield _share(touched, there, "change")
    elif len(removed) > 1 and len(removed) / len(there) > LIMIT:
        yield _share(removed, there, "be removed or replaced")
    if context.declarations is not None:
        from ffinfra.gate.everywhere import everywhere  # noqa: PLC0415 - the model, where it is here

        yield from everywhere(context.declarations.network, changed)


def _share(touched: set[str], there: set[str], verb: str) -> Hit:
    share = len(touched) / len(there)
    return Hit(
        f"{len(touched)} of {len(there)} resources ({share:.0%}) would {verb}, over {LIMIT:.0%}", touched
    )


RULE = Rule(
    identifier="too-much",
    title=f"at most {LIMIT:.0%} of the resources change at once",
    why="A wrong default or an empty list rewrites everything; what people mean to do is small.",
    severity=Severity.DESTRUCTIVE,
    way_out="Look for one cause of all these changes; if all is meant, two people approve, or split it",
    evaluate=_evaluate,
)
