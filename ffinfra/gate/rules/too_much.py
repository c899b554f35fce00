"""No change takes away or rewrites a large share of what there is."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.network.failure_domains import DomainKind, failure_domains

LIMIT = 0.5
"""Share of the resources that are there."""
FEW = 6
"""Up to so many resources there is no share worth the name."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    there = {
        change.urn for change in context.changes.changes if change.custom and change.old_inputs is not None
    }
    touched = {
        change.urn
        for change in context.changes.effective
        if change.urn in there and change.operation is not Operation.CREATE
    }
    if len(there) > FEW and len(touched) / len(there) > LIMIT:
        share = len(touched) / len(there)
        yield Hit(
            f"{len(touched)} of {len(there)} resources ({share:.0%}) would change, over {LIMIT:.0%}", touched
        )
    yield from _hosters(context, touched)


def _hosters(context: GateContext, touched: set[str]) -> Iterator[Hit]:
    """Machines at all hosters at once: a mistake in what they share would spare none."""
    if context.declarations is None:
        return
    network = context.declarations.network
    guests = {guest.name: guest for guest in network.guests}
    changed = {
        change.name: change.urn
        for change in context.changes.effective
        if change.urn in touched and change.name in guests and change.type == "freifunk:index:HostConfig"
    }
    hosters = {
        domain.name
        for name in changed
        for domain in failure_domains(network, guests[name])
        if domain.kind is DomainKind.HOSTER
    }
    everywhere = {network.host(guest.host).location.hoster for guest in network.guests}
    if len(everywhere) > 1 and hosters == everywhere:
        yield Hit(
            f"machines at all {len(hosters)} hosters would change at once: {', '.join(sorted(changed))}",
            changed.values(),
            "Change the machines of one hoster first, look whether they serve, then the others",
            Severity.NOTE,
        )


RULE = Rule(
    identifier="too-much",
    title=f"at most {LIMIT:.0%} of the resources change at once",
    why="A wrong default or an empty list rewrites everything; what people mean to do is small.",
    severity=Severity.DESTRUCTIVE,
    way_out="Look for one cause of all these changes; if all is meant, two people approve, or split it",
    evaluate=_evaluate,
)
