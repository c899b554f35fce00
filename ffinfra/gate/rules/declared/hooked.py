"""Every resource carries the gate's hooks."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    bare = [
        change.urn
        for change in context.changes.changes
        if change.custom
        and change.new_inputs is not None
        and not change.hooked
        and not change.looked_up_after  # the engine puts no hooks on it, and changes nothing of it
    ]
    if bare:
        yield Hit(f"{len(bare)} resources are without the gate's hooks", bare)


RULE = Rule(
    identifier="hooked",
    title="every resource carries the gate's hooks",
    why="Without the hooks, a bare pulumi up, --replace or destroy changes the resource without an approval.",
    severity=Severity.BLOCK,
    way_out="Let __main__.py call ffinfra.gate.guard.install before any resource is declared",
    evaluate=_evaluate,
    needs_declarations=True,
    waivable=False,
)
