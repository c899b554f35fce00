"""What guards a resource is not taken off unseen."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """Steps that the engine calls ``same`` count too: options alone make no difference to it."""
    for change in context.changes.changes:
        if change.old_inputs is None or change.new_inputs is None:
            continue
        yield from _dropped(change)


def _dropped(change: Change) -> Iterator[Hit]:
    if change.protected_before and not change.protected_after:
        yield Hit(f"{change.name} would lose its protection from deletion", [change.urn])
    if change.kept_before and not change.kept_on_delete:
        yield Hit(f"{change.name} would no longer be kept when it leaves the program", [change.urn])
    more = sorted(set(change.ignored_after) - set(change.ignored_before))
    if more:
        yield Hit(
            f"changes of {', '.join(more)} of {change.name} would no longer be seen",
            [change.urn],
            "Leave ignore_changes as it is, or say in the commit who looks after these properties instead",
        )


RULE = Rule(
    identifier="guards-dropped",
    title="protect and retain_on_delete stay, ignore_changes does not grow",
    why="The engine shows none of this as a change, and the next deletion or drift then passes.",
    severity=Severity.DESTRUCTIVE,
    way_out="Leave the option; if the thing is to go, this is the first of two changes and two people approve",
    evaluate=_evaluate,
)
