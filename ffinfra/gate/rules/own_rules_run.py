"""The community's own rules are applied, all of them."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    if context.own_rules_broken:
        yield Hit(f"gate_rules.py cannot be run: {context.own_rules_broken}", ["gate_rules.py"])


RULE = Rule(
    identifier="own-rules-run",
    title="gate_rules.py can be run",
    why="A rule that is not applied must not look like one that found nothing.",
    severity=Severity.BLOCK,
    way_out="Mend gate_rules.py at the line named",
    evaluate=_evaluate,
    waivable=False,
)
