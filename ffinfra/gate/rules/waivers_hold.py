"""Waivers are few, narrow, owned and short-lived."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.stack_kind import StackKind


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """What is said here does not count as a waiver; a note about those that nothing needs is added later.

    On the failover stack it is only told: a switch in an emergency must pass.
    """
    today = context.now.date()
    severity = Severity.NOTE if context.kind is StackKind.FAILOVER else None
    for waiver in context.waivers:
        where = [str(waiver)]
        if waiver.rule not in context.waivable:
            yield Hit(
                f"the waiver of {waiver} names no rule that can be waived",
                where,
                f"Rules that can be waived are: {', '.join(sorted(context.waivable))}",
                severity,
            )
        if waiver.too_broad:
            yield Hit(f"the waiver of {waiver} is too broad", where, "Name the resource", severity)
        if waiver.too_long(today):
            yield Hit(
                f"the waiver of {waiver} would last until {waiver.expires}, over a year",
                where,
                "Choose a day within a year; it can be renewed then",
                severity,
            )
        if waiver.expired(today):
            yield Hit(
                f"the waiver of {waiver} expired on {waiver.expires}",
                where,
                f"{waiver.owner} removes it from waivers.yaml, or renews it with a reason",
                Severity.NOTE,
            )


RULE = Rule(
    identifier="waivers-hold",
    title="every waiver is narrow, has an owner and ends within a year",
    why="An exception that nobody owns and that never ends is a rule that was switched off.",
    severity=Severity.BLOCK,
    way_out="Correct the entry in waivers.yaml",
    evaluate=_evaluate,
    waivable=False,
)
