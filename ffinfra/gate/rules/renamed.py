"""A new name alone deletes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.renames import renames
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.urn import name_of


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for rename in renames(context.changes):
        yield Hit(
            f"{name_of(rename.old)} would be deleted and the same created as {name_of(rename.new)}",
            [rename.old, rename.new],
            f"If only its name changes, add to the declaration: {rename.alias_line}",
        )


RULE = Rule(
    identifier="renamed",
    title="a resource that is only renamed keeps its life",
    why="A new name in the program, or a new parent, deletes the real thing and makes another.",
    severity=Severity.DESTRUCTIVE,
    way_out="Add the alias to the declaration",
    evaluate=_evaluate,
)
