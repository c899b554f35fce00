"""A new wildcard comes with a look at the names that are there already."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.names import is_within
from ffinfra.gate.context import GateContext
from ffinfra.gate.dns_view import rrsets_after
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for zone in context.dns.zones:
        added = [
            change.key
            for change in zone.differences.changes
            if change.old is None and change.key.owner.startswith("*.")
        ]
        if not added:
            continue
        names = {rrset.owner for rrset in rrsets_after(context.changes, zone.carrier, zone.zone)}
        for key in added:
            above = key.owner.removeprefix("*.")
            below = sorted(
                name for name in names if name not in (key.owner, above) and is_within(name, above)
            )
            if below:
                shown = ", ".join(below[:3]) + (f" and {len(below) - 3} more" if len(below) > 3 else "")
                yield Hit(f"{key} would stand over names of their own: {shown}", [str(key)])


RULE = Rule(
    identifier="wildcard-over-names",
    title="a new wildcard over existing names is looked at",
    why="Names that exist take nothing from the wildcard, and those that did not exist now answer (RFC 4592).",
    severity=Severity.NOTE,
    way_out="Give the names below what they shall have themselves, or make the wildcard deeper",
    evaluate=_evaluate,
)
