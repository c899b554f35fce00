"""Nothing that cannot be read, or that is incomplete, passes."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for what in context.changes.unreadable:
        yield Hit(f"not known to this gate: {what}", ())
    for message in context.changes.incomplete:
        yield Hit(
            f"the preview failed, so later steps may be missing: {message}",
            (),
            "Mend what the message says and preview again; to remove something protected, unprotect it first",
        )
    for what in context.dns.unreadable:
        yield Hit(f"records cannot be judged: {what}", ())


RULE = Rule(
    identifier="readable",
    title="every step is complete and understood",
    why="A step that the gate cannot read could be anything; a preview that failed hides the steps behind.",
    severity=Severity.BLOCK,
    way_out="Use the engine version that this project is tested with, or extend ffinfra.gate and its tests",
    evaluate=_evaluate,
    waivable=False,
)
