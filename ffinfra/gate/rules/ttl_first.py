"""Before an address moves, caches are told to ask more often."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

LONGEST = 3600
"""Seconds that visitors may still get the old value."""
_MOVING = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "SRV"})


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for zone in context.dns.zones:
        for change in zone.differences.changes:
            if change.old is None or change.key.type not in _MOVING or not change.removed_values:
                continue
            if change.old.ttl > LONGEST:
                yield Hit(
                    f"caches would give the old values of {change.key} for up to {change.old.ttl} s more",
                    [str(change.key)],
                    f"First a change that lowers its TTL, then wait {change.old.ttl} s, then this one",
                )


RULE = Rule(
    identifier="ttl-first",
    title=f"what caches keep longer than {LONGEST} s is moved after its TTL was lowered",
    why="For the length of the old TTL a part of the visitors still goes to the old place.",
    severity=Severity.NOTE,
    way_out="Lower the TTL in a change of its own first",
    evaluate=_evaluate,
)
