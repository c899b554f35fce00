"""No change touches too many of a zone's records at once."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.parent_zone import place_of_parent
from ffinfra.gate.rules.rule import Hit, Rule

LIMIT = 0.30
"""Share of a zone's records."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """The parent zone is left out: of it we hold only the delegations, and a switch of mode changes them all."""
    declared = context.declarations
    parent = place_of_parent(declared.delegations.parent) if declared else None
    for zone in context.dns.zones:
        if (zone.carrier, zone.zone) == parent:
            continue
        found = zone.differences
        if found.records_before and found.records_touched / found.records_before > LIMIT:
            yield Hit(
                f"{found.records_touched} of {found.records_before} records of {zone.zone} at {zone.carrier}"
                f" ({found.share_touched:.0%}) would change, more than {LIMIT:.0%}",
                zone.urns,
            )


RULE = Rule(
    identifier="zone-share",
    title=f"at most {LIMIT:.0%} of a zone's records change at once",
    why="A wrong $ORIGIN or an empty include rewrites a whole zone; small changes do not.",
    severity=Severity.DESTRUCTIVE,
    way_out="Check the file for a wrong $ORIGIN or a lost include; if all is meant, two people approve",
    evaluate=_evaluate,
)
