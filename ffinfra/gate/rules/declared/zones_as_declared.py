"""After the change, each backend holds the zone that is declared, so that primary and fallback are equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ffinfra.dns.backends.refusals import carried_rrsets
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSide, OwnSide, Side, limits_at
from ffinfra.dns.records import RRset, RRsetKey, by_key
from ffinfra.gate.carried_records import ZONE_CONTENT_TYPE, Carrier, Place
from ffinfra.gate.context import GateContext
from ffinfra.gate.dns_view import rrsets_after, rrsets_before
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.stack_kind import StackKind

SHOWN = 3


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """Each stack is compared with the same declarations; a zone that the preview does not hold is not judged."""
    assert context.declarations is not None
    for zone in context.declarations.zones:
        side: Side = zone.declaration.primary
        if context.kind is StackKind.FAILOVER:
            side = context.declarations.delegations.fallback_of(zone.declaration)
        place = _place(zone, side)
        if place is not None:
            yield from _compared(context, zone, side, place)


def _place(zone: DeclaredZone, side: Side) -> Place | None:
    """Where our records of it stand; None where others transfer it."""
    match side:
        case OwnSide():
            return Carrier.OWN, zone.zone.origin
        case HetznerSide():
            return Carrier.HETZNER, zone.zone.origin
        case CloudflareSide():
            return Carrier.CLOUDFLARE, side.zone_id
        case _:
            return None


def _compared(context: GateContext, zone: DeclaredZone, side: Side, place: Place) -> Iterator[Hit]:
    """A zone that the preview holds neither before nor after was not asked for, such as with ``--target``."""
    name = zone.declaration.zone
    found = by_key(rrsets_after(context.changes, *place))
    if not found:
        if rrsets_before(context.changes, *place):
            yield Hit(f"{place[0]} would hold nothing of {zone.zone.origin}, which is declared", [name])
        return
    wanted = by_key(carried_rrsets(zone.zone, limits_at(side)))
    if place[0] is not Carrier.OWN:
        apex = RRsetKey(zone.zone.origin, "NS")  # the providers' own, which is never written there
        wanted.pop(apex, None)
        found.pop(apex, None)
    if isinstance(side, HetznerSide) and side.inherited_ttl is not None:
        found = {key: replace(rrset, ttl=rrset.ttl or side.inherited_ttl) for key, rrset in found.items()}
    odd = sorted(
        key for key in wanted.keys() | found.keys() if _held(wanted.get(key)) != _held(found.get(key))
    )
    shown = [_shown(key, wanted.get(key), found.get(key)) for key in odd]
    if place[0] is Carrier.OWN:
        shown += _soa(context, zone)
    if shown:
        more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
        yield Hit(
            f"{place[0]} would not hold {zone.zone.origin} as declared: {', '.join(shown[:SHOWN])}{more}",
            [name],
        )


def _held(rrset: RRset | None) -> tuple[int, tuple[str, ...]] | None:
    return (rrset.ttl, rrset.values) if rrset else None


def _shown(key: RRsetKey, wanted: RRset | None, found: RRset | None) -> str:
    if wanted and found and wanted.values == found.values:
        return f"{key} (ttl {found.ttl} instead of {wanted.ttl})"
    return str(key)


def _soa(context: GateContext, zone: DeclaredZone) -> Iterator[str]:
    """Fields of the SOA that differ from those declared; the serial is the server's."""
    declared = zone.zone.soa
    for change in context.changes.changes:
        inputs = change.new_inputs or {}
        soa = inputs.get("soa")
        if change.type != ZONE_CONTENT_TYPE or inputs.get("zone") != zone.zone.origin:
            continue
        for field in ("mname", "rname", "refresh", "retry", "expire", "minimum", "ttl"):
            value = soa.get(field) if isinstance(soa, Mapping) else None
            if value != getattr(declared, field):
                yield f"SOA {field} ({value} instead of {getattr(declared, field)})"


RULE = Rule(
    identifier="zones-as-declared",
    title="each zone stands as declared wherever it is held",
    why="A fallback that differs from the primary gives other answers on the night that it is needed.",
    severity=Severity.BLOCK,
    way_out="Let the program declare the zone from dns/zones alone; apply prod and failover one after the other",
    evaluate=_evaluate,
    needs_declarations=True,
)
