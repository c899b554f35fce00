"""What a policy pack forbids is not approved past it."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

ADVISORY = "advisory"
"""The engine's word for a policy that only warns."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for one in context.changes.policies:
        yield Hit(
            f"{one.pack} {one.policy} ({one.enforcement}): {one.message}",
            [one.urn] if one.urn else (),
            severity=Severity.NOTE if one.enforcement == ADVISORY else Severity.BLOCK,
        )


RULE = Rule(
    identifier="policy-packs",
    title="the engine's policy packs have nothing against it",
    why="A digest does not tell what a policy pack said; its event log does, and nobody reads that.",
    severity=Severity.BLOCK,
    way_out="Change what the policy names, or the policy in its pack; what only advises can be approved",
    evaluate=_evaluate,
)
