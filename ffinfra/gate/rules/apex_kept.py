"""A zone keeps nameservers that can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.names import is_within
from ffinfra.gate.context import GateContext
from ffinfra.gate.dns_view import ZoneChange, rrsets_after
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

_LOOKED_AT = frozenset({"NS", "A", "AAAA", "CNAME"})


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for zone in context.dns.zones:
        if any(change.key.type in _LOOKED_AT for change in zone.differences.changes):
            yield from _nameservers(context, zone)


def _nameservers(context: GateContext, zone: ZoneChange) -> Iterator[Hit]:
    """Where we hold the apex NS set; Hetzner and Cloudflare serve their own."""
    removed = any(
        change.key.owner == zone.zone and change.key.type == "NS" and change.new is None
        for change in zone.differences.changes
    )
    at_apex = rrsets_after(context.changes, zone.carrier, zone.zone, {zone.zone})
    apex = next((rrset for rrset in at_apex if rrset.type == "NS"), None)
    if apex is None:
        if removed:
            yield Hit(f"{zone.zone} at {zone.carrier} would have no NS set at its apex", [zone.zone])
        return
    if len(apex.values) < 2:
        yield Hit(f"{zone.zone} at {zone.carrier} would name {len(apex.values)} nameserver", [zone.zone])
    named = rrsets_after(context.changes, zone.carrier, zone.zone, set(apex.values))
    with_address = {rrset.owner for rrset in named if rrset.type in ("A", "AAAA")}
    for target in apex.values:
        if is_within(target, zone.zone) and target not in with_address:
            yield Hit(
                f"{zone.zone} would name {target} as its nameserver, which would have no address", [target]
            )


RULE = Rule(
    identifier="apex-kept",
    title="a zone keeps two nameservers with addresses",
    why="An NS name without an address takes the zone away with the next small fault.",
    severity=Severity.BLOCK,
    way_out="Put the NS record, or the address of the nameserver, back into the zone's file",
    evaluate=_evaluate,
)
