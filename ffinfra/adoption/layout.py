"""How found zones and servers belong together, as far as the facts say it; what they do not say stays None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from ffinfra.adoption.found import FoundServer, FoundZone, Holder, Living

Address = IPv4Address | IPv6Address
Resolved = Mapping[str, tuple[Address, ...]]
"""Name without the final dot -> the addresses that the DNS gives for it."""


@dataclass(frozen=True, slots=True)
class NamedServer:
    """A nameserver's name and where it answers; no address where none was found."""

    name: str
    addresses: tuple[Address, ...]

    @property
    def ipv4(self) -> Address | None:
        """Its first IPv4 address."""
        return next((one for one in self.addresses if one.version == 4), None)

    @property
    def ipv6(self) -> Address | None:
        """Its first IPv6 address."""
        return next((one for one in self.addresses if one.version == 6), None)


@dataclass(frozen=True, slots=True)
class ZoneLayout:
    """Who holds one of our zones.

    Attributes:
        origin: its canonical name.
        primary: who holds it at rest; None where the facts do not say.
        fallback: who else has it; None where nobody has, or the facts do not say.
        said: the nameservers that the parent names.
        ds: the parent's DS values.
    """

    origin: str
    primary: FoundZone | None
    fallback: FoundZone | None
    said: tuple[str, ...]
    ds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole.

    Attributes:
        parent: the zone in which ours are delegated; None where none was found.
        ttl: seconds, of the delegations there.
        zones: ours.
        own: our own nameservers.
        beside: zones that were found and are neither.
    """

    parent: FoundZone | None
    ttl: int | None
    zones: tuple[ZoneLayout, ...]
    own: tuple[NamedServer, ...]
    beside: tuple[FoundZone, ...]


def layout_of(living: Living, resolved: Resolved) -> Layout:
    """Put the facts together."""
    parent = _parent(living.zones)
    ours = [origin for origin in _origins(living.zones) if parent is None or _below(origin, parent.origin)]
    zones = tuple(_zone_layout(origin, living.zones, parent) for origin in ours)
    ttls = {one.ttl for one in (parent.rrsets if parent else ()) if one.type == "NS" and one.owner in ours}
    known = {one.origin for one in zones} | ({parent.origin} if parent else set())
    return Layout(
        parent=parent,
        ttl=ttls.pop() if len(ttls) == 1 else None,
        zones=zones,
        own=tuple(named(living, name, resolved) for name in _own_names(zones)),
        beside=tuple(one for one in living.zones if one.origin not in known),
    )


def nameserver_names(living: Living) -> tuple[str, ...]:
    """Every name of a nameserver that stands somewhere; their addresses are asked for."""
    values = (
        value for zone in living.zones for one in zone.rrsets if one.type == "NS" for value in one.values
    )
    assigned = (name for zone in living.zones for name in zone.nameservers)
    return tuple(sorted({*(value.removesuffix(".") for value in values), *assigned}))


def named(living: Living, name: str, resolved: Resolved) -> NamedServer:
    """A nameserver with its addresses: those of the zones that were found, else those of the DNS."""
    found = sorted({one for zone in living.zones for one in zone.addresses(f"{name}.")}, key=_order)
    return NamedServer(name, tuple(found) or tuple(sorted(resolved.get(name, ()), key=_order)))


def server_at(living: Living, named_server: NamedServer) -> FoundServer | None:
    """The server at Hetzner that answers at a nameserver's addresses."""
    return next(
        (one for one in living.servers if any(one.holds(address) for address in named_server.addresses)), None
    )


def _parent(zones: Sequence[FoundZone]) -> FoundZone | None:
    """The one zone that delegates others of those that were found."""
    origins = _origins(zones)
    delegating = [
        zone
        for zone in zones
        if zone.holder is not Holder.KNOT and not zone.transferred
        and any(one.type == "NS" and one.owner in origins and one.owner != zone.origin for one in zone.rrsets)
    ]  # fmt: skip
    return delegating[0] if len(delegating) == 1 else None


def _zone_layout(origin: str, zones: Iterable[FoundZone], parent: FoundZone | None) -> ZoneLayout:
    holders = [one for one in zones if one.origin == origin]
    said = _values(parent, origin, "NS")
    primary = _at_rest(holders, said)
    others = [one for one in holders if one is not primary]
    fallback = others[0] if primary is not None and len(others) == 1 else None
    return ZoneLayout(
        origin=origin,
        primary=primary,
        fallback=fallback,
        said=tuple(value.removesuffix(".") for value in said),
        ds=_values(parent, origin, "DS"),
    )


def _at_rest(holders: Sequence[FoundZone], said: Sequence[str]) -> FoundZone | None:
    """Our own primary where it has the zone; else the only holder, or the only one that the parent names."""
    own = [one for one in holders if one.holder is Holder.KNOT]
    if own:
        return own[0]
    names = {value.removesuffix(".") for value in said}
    candidates = holders if len(holders) == 1 else [one for one in holders if names & set(one.nameservers)]
    return candidates[0] if len(candidates) == 1 else None


def _own_names(zones: Iterable[ZoneLayout]) -> tuple[str, ...]:
    """Names in the NS sets of zones on our own primary, without those that a provider assigned."""
    names: dict[str, None] = {}
    for zone in zones:
        if zone.primary is None or zone.primary.holder is not Holder.KNOT:
            continue
        providers = set(zone.fallback.nameservers) if zone.fallback is not None else set()
        apex = (value.removesuffix(".") for value in _values(zone.primary, zone.origin, "NS"))
        names |= dict.fromkeys(name for name in (*zone.said, *apex) if name not in providers)
    return tuple(sorted(names))


def _values(zone: FoundZone | None, owner: str, kind: str) -> tuple[str, ...]:
    found: Iterator[tuple[str, ...]] = (
        one.values for one in (zone.rrsets if zone else ()) if (one.owner, one.type) == (owner, kind)
    )
    return next(found, ())


def _origins(zones: Iterable[FoundZone]) -> tuple[str, ...]:
    return tuple(sorted({one.origin for one in zones}))


def _below(origin: str, parent: str) -> bool:
    return origin != parent and origin.endswith(f".{parent}")


def _order(address: Address) -> tuple[int, int]:
    return address.version, int(address)
