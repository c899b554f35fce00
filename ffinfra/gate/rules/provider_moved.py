"""A new version of a provider's plugin comes alone."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.gate.provider_moves import provider_moves
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.urn import name_of, type_of


def _evaluate(context: GateContext) -> Iterator[Hit]:
    changed = [change.urn for change in context.changes.effective if change.custom]
    if not changed:
        return
    moves = provider_moves(context.changes)
    shown = {f"{_shown(move.old)} becomes {_shown(move.new)}" for move in moves}
    shown |= {text for change in context.changes.providers for text in _version(change)}
    if shown:
        yield Hit(f"{'; '.join(sorted(shown))}, and {len(changed)} steps change resources", changed)


def _version(change: Change) -> Iterator[str]:
    if change.operation not in (Operation.UPDATE, Operation.REPLACE):
        return
    for one in change.properties:
        if one.path == "version":
            yield f"provider {change.name}: version {one.old} becomes {one.new}"


def _shown(urn: str) -> str:
    return f"{type_of(urn).removeprefix('pulumi:providers:')} {name_of(urn)}"


RULE = Rule(
    identifier="provider-moved",
    title="a provider's plugin changes its version in a change of its own",
    why="With both in one change nobody can tell whether the program or the new plugin did what is shown.",
    severity=Severity.DESTRUCTIVE,
    way_out="First land the new version alone, whose preview shows no other change; then the rest",
    evaluate=_evaluate,
)
