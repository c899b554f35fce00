"""After the change, each backend holds the zone that is declared, so that primary and fallback are equal."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.backends.refusals import carried_rrsets
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSide, OwnSide, Side, limits_at
from ffinfra.dns.records import RRsetKey, by_key
from ffinfra.gate.context import GateContext
from ffinfra.gate.dns_view import Carrier, Place, rrsets_after
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.stack import StackKind

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
    found = {key: rrset.values for key, rrset in by_key(rrsets_after(context.changes, *place)).items()}
    if not found:
        return
    wanted = {rrset.key: rrset.values for rrset in carried_rrsets(zone.zone, limits_at(side))}
    if place[0] is not Carrier.OWN:
        apex = RRsetKey(zone.zone.origin, "NS")  # the providers' own, which is never written there
        wanted.pop(apex, None)
        found.pop(apex, None)
    odd = sorted(str(key) for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
    if odd:
        shown = ", ".join(odd[:SHOWN]) + (f" and {len(odd) - SHOWN} more" if len(odd) > SHOWN else "")
        yield Hit(
            f"{place[0]} would not hold {zone.zone.origin} as declared: {shown}", [zone.declaration.zone]
        )


RULE = Rule(
    identifier="zones-as-declared",
    title="each zone stands as declared wherever it is held",
    why="A fallback that differs from the primary gives other answers on the night that it is needed.",
    severity=Severity.BLOCK,
    way_out="Let the program declare the zone from dns/zones alone; apply prod and failover one after the other",
    evaluate=_evaluate,
    needs_declarations=True,
)
