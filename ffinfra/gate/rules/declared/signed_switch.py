"""The DS of a zone and its nameservers are never changed at once where one side does not sign."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.delegation.signed_switch import unsigned_at_fallback
from ffinfra.dns.records import RRsetKey
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.parent_zone import place_of_parent
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.stack_kind import StackKind


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """Both appear at once in a new delegation, which no cache knows yet."""
    assert context.declarations is not None
    if context.kind is not StackKind.FAILOVER:
        return
    delegations = context.declarations.delegations
    concerned = {f"{zone}." for zone in unsigned_at_fallback(delegations)}
    place = place_of_parent(delegations.parent)
    for zone in context.dns.zones:
        if (zone.carrier, zone.zone) != place:
            continue
        changed = {change.key: change for change in zone.differences.changes}
        for (owner, rdtype), change in changed.items():
            nameservers = changed.get(RRsetKey(owner, "NS"))
            if owner in concerned and rdtype == "DS" and nameservers and nameservers.old and nameservers.new:
                gone = "would leave" if change.new is None else "would enter"
                yield Hit(f"the DS of {owner} {gone} the parent together with a change of its NS", zone.urns)


RULE = Rule(
    identifier="signed-switch",
    title="DS and nameservers of a signed zone change one after the other",
    why="A resolver that still has the DS takes no unsigned answer: for its users the zone would be gone.",
    severity=Severity.BLOCK,
    way_out="Change trust first, wait until caches have forgotten, then mode; on the way back mode first",
    evaluate=_evaluate,
    needs_declarations=True,
)
