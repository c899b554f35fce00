"""A preview is of the whole program and its protections."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for sign in context.changes.limits:
        yield Hit(sign, ())


RULE = Rule(
    identifier="whole-preview",
    title="a preview leaves nothing out and minds what is protected",
    why="With --target, --exclude or --ignore-protect a preview shows less, or lets more pass, than what is judged.",
    severity=Severity.BLOCK,
    way_out="Preview again without --target, --exclude and --ignore-protect; ffinfra preview takes none of them",
    evaluate=_evaluate,
    waivable=False,
)
