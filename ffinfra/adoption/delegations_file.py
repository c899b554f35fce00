"""``dns/delegations.yaml`` and the zones' files of a found network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from ffinfra.adoption.found import FoundZone, Holder, Living
from ffinfra.adoption.layout import Layout, NamedServer, Resolved, ZoneLayout, named
from ffinfra.adoption.open_yaml import Items, Node, Note, Open, Table, lines, names
from ffinfra.dns.delegation.parents import ParentBackend
from ffinfra.dns.delegation.sides import SideBackend
from ffinfra.dns.importing import Imported, imported

_REMARK = "# Written by ffinfra adopt from what it found; from now on edited here."


@dataclass(frozen=True, slots=True)
class Found:
    """What the file is written from.

    Attributes:
        living: what was found.
        layout: how it belongs together.
        resolved: addresses that the DNS gives.
    """

    living: Living
    layout: Layout
    resolved: Resolved


def delegations_text(found: Found) -> str:
    """The file's text."""
    return "\n".join([_REMARK, *lines(_delegations(found))]) + "\n"


def zone_of(zone: ZoneLayout) -> Imported | None:
    """What goes into the zone's file; None where nobody is known to hold it at rest."""
    return content_of(zone.primary) if zone.primary is not None else None


def content_of(zone: FoundZone) -> Imported:
    """What goes into the file of a zone at its holder at rest."""
    content = imported(zone.origin, zone.rrsets, zone.soa)
    return replace(content, remarks=(*content.remarks, *zone.odd))


def _delegations(found: Found) -> Table:
    return Table(
        (
            ("parent", _parent(found.layout)),
            ("nameservers", Table((("own", _own(found)), ("fallback", _common_fallback(found))))),
            ("fallback_backend", _fallback_backend(found.layout)),
            ("zones", Items(tuple(_zones(found)))),
        )
    )


def _parent(layout: Layout) -> Table:
    ttl: Node = layout.ttl or Open("seconds, of the NS records in the parent")
    parent = layout.parent
    if parent is None:
        backends = ", ".join(ParentBackend)
        return Table(
            (
                ("zone", Open("the zone in which ours are delegated; none was found that delegates them")),
                (
                    "backend",
                    Open(f"how that zone is changed, one of {backends}, with its settings: docs/DNS.md"),
                ),
                ("ttl", ttl),
            )
        )
    identified: tuple[tuple[str, Node], ...] = (
        (("zone_id", parent.identifier),) if parent.holder is Holder.CLOUDFLARE else ()
    )
    backend = ParentBackend.CLOUDFLARE if parent.holder is Holder.CLOUDFLARE else ParentBackend.HETZNER
    return Table((("zone", _short(parent.origin)), ("backend", backend.value), *identified, ("ttl", ttl)))


def _own(found: Found) -> Node:
    if not found.layout.own:
        return Open(
            "our own nameservers, two or more of {name, ipv4, ipv6}; no zone on our own primary was found"
        )
    return _servers(found.layout.own)


def _common_fallback(found: Found) -> Node:
    common = _common(found)
    if common:
        return _servers(common)
    return Open("the nameservers that keep the zones warm, two or more of {name, ipv4, ipv6}: docs/DNS.md")


def _common(found: Found) -> tuple[NamedServer, ...]:
    """The nameservers of the first fallback at Hetzner; others stand with their zone."""
    for zone in found.layout.zones:
        if zone.fallback is not None and zone.fallback.holder is Holder.HETZNER and zone.fallback.nameservers:
            return _provider_servers(found, zone.fallback)
    return ()


def _fallback_backend(layout: Layout) -> Node:
    if any(one.fallback is not None and one.fallback.holder is Holder.HETZNER for one in layout.zones):
        return SideBackend.HETZNER.value
    return Open("who keeps zones warm that do not say it: hetzner or friend")


def _zones(found: Found) -> Iterator[Node | Note]:
    for zone in found.layout.zones:
        yield _zone(found, zone)
    for one in found.layout.beside:
        yield Note(f"zone {one.origin} at {one.holder} does not lie below the parent: it stays outside")


def _zone(found: Found, zone: ZoneLayout) -> Table:
    entries: list[tuple[str, Node] | Note] = [("zone", _short(zone.origin))]
    if zone.primary is None:
        entries.append(
            ("primary", Open("who holds the zone at rest: several have it, and the parent names none"))
        )
    elif zone.primary.holder is not Holder.KNOT:
        entries.append(("primary", _side(found, zone.primary, zone.primary)))
    if zone.fallback is None:
        entries.append(("fallback", Open("who keeps this zone warm: nobody else was found to hold it")))
    else:
        entries.append(("fallback", _side(found, zone.fallback, zone.primary)))
    if zone.ds or (zone.primary is not None and zone.primary.signed):
        entries.append(("signed", Open("own or none: the parent has a DS, or the zone has keys")))
    if zone.ds:
        entries.append(("ds", names(zone.ds)))
    for holder in (zone.primary, zone.fallback):
        entries += [Note(f"{one}; it is not taken over") for one in (holder.odd if holder else ())]
    return Table(tuple(entries))


def _side(found: Found, zone: FoundZone, at_rest: FoundZone | None) -> Node:
    """A holder; where it answers is said unless it keeps the zone warm where the whole file says."""
    own = _provider_servers(found, zone)
    alike = zone.holder is Holder.HETZNER and own == _common(found) and zone is not at_rest
    servers: tuple[tuple[str, Node], ...] = () if alike else (("nameservers", _servers(own)),)
    match zone.holder:
        case Holder.HETZNER if zone.transferred:
            return Open("Hetzner transfers this zone: backend hetzner-secondary with its key, docs/DNS.md")
        case Holder.HETZNER:
            inherited: tuple[tuple[str, Node], ...] = (
                (("inherited_ttl", zone.inherited_ttl),) if zone.inherited_ttl is not None else ()
            )
            return Table((("backend", "hetzner"), *servers, *inherited, ("as_found", True)))
        case Holder.CLOUDFLARE:
            return Table((("backend", "cloudflare"), ("zone_id", zone.identifier), *servers))
        case Holder.KNOT:
            raise AssertionError("our own primary is no provider")
    assert_never(zone.holder)


def _provider_servers(found: Found, zone: FoundZone) -> tuple[NamedServer, ...]:
    return tuple(named(found.living, name, found.resolved) for name in zone.nameservers)


def _servers(servers: Sequence[NamedServer]) -> Node:
    return Items(tuple(_server(one) for one in servers))


def _server(server: NamedServer) -> Table:
    given: list[tuple[str, Node]] = [
        (f"ipv{one.version}", one) for one in (server.ipv4, server.ipv6) if one is not None
    ]
    return Table(
        (("name", server.name), *(given or [("ipv4", Open(f"no address of {server.name} was found"))]))
    )


def _short(origin: str) -> str:
    return origin.removesuffix(".")
