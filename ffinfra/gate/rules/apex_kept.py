"""A zone keeps nameservers that can be reached, and an SOA that outlives an outage."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.names import is_within
from ffinfra.dns.records import by_key
from ffinfra.gate.context import GateContext
from ffinfra.gate.dns_view import ZONE_CONTENT_TYPE, ZoneChange, rrsets_after
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

SHORTEST_EXPIRE = 604_800
"""Seconds, a week: how long secondaries must go on when the primary is gone (RFC 1912, section 2.2, says 2 to 4)."""
_LOOKED_AT = frozenset({"NS", "A", "AAAA", "CNAME"})


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for zone in context.dns.zones:
        if any(change.key.type in _LOOKED_AT for change in zone.differences.changes):
            yield from _nameservers(context, zone)
    yield from _expire(context)


def _nameservers(context: GateContext, zone: ZoneChange) -> Iterator[Hit]:
    """Where we hold the apex NS set; Hetzner and Cloudflare serve their own."""
    removed = any(
        change.key.owner == zone.zone and change.key.type == "NS" and change.new is None
        for change in zone.differences.changes
    )
    after = by_key(rrsets_after(context.changes, zone.carrier, zone.zone))
    apex = next((rrset for key, rrset in after.items() if (key.owner, key.type) == (zone.zone, "NS")), None)
    if apex is None:
        if removed:
            yield Hit(f"{zone.zone} at {zone.carrier} would have no NS set at its apex", [zone.zone])
        return
    if len(apex.values) < 2:
        yield Hit(f"{zone.zone} at {zone.carrier} would name {len(apex.values)} nameserver", [zone.zone])
    with_address = {key.owner for key in after if key.type in ("A", "AAAA")}
    for target in apex.values:
        if is_within(target, zone.zone) and target not in with_address:
            yield Hit(
                f"{zone.zone} would name {target} as its nameserver, which would have no address", [target]
            )


def _expire(context: GateContext) -> Iterator[Hit]:
    for change in context.changes.effective:
        if change.type != ZONE_CONTENT_TYPE:
            continue
        for one in change.properties:
            if one.path == "soa.expire" and isinstance(one.new, int) and one.new < SHORTEST_EXPIRE:
                yield Hit(
                    f"secondaries of {change.name} would stop answering {one.new} s after the primary is lost",
                    [change.urn],
                    f"Keep SOA expire at {SHORTEST_EXPIRE} s or more",
                )


RULE = Rule(
    identifier="apex-kept",
    title="a zone keeps two nameservers with addresses, and an SOA that outlives an outage",
    why="An NS name without an address, or an expiry of hours, takes the zone away with the next small fault.",
    severity=Severity.BLOCK,
    way_out="Put the NS record, or the address of the nameserver, back into the zone's file",
    evaluate=_evaluate,
)
