"""A rule that was broken on purpose is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import GLASS_BROKEN, Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for one in context.overrides:
        yield Hit(
            f"on {one.at:%Y-%m-%d %H:%M} UTC {', '.join(one.rules)} was overridden: {one.reason}",
            [f"approval {one.approval[:12]}"],
            f"Look at it together, then: ffinfra log --acknowledge {one.approval[:12]}",
        )


RULE = Rule(
    identifier=GLASS_BROKEN,
    title="every override was acknowledged",
    why="What was right in an emergency is looked at in the morning, or it becomes the habit.",
    severity=Severity.NOTE,
    way_out="ffinfra log --acknowledge ID",
    evaluate=_evaluate,
    waivable=False,
)
