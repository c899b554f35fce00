"""What must fit together about the holders of each zone: who serves it at rest, who keeps it warm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations, FallbackBackend, Signing
from ffinfra.dns.delegation.sides import FriendSide, OwnSide, SideBackend, TransferringSide
from ffinfra.mismatch import Mismatch, each, found, repeated

_PROVIDER_OF: Final = {
    SideBackend.HETZNER: "Hetzner DNS",
    SideBackend.HETZNER_SECONDARY: "Hetzner DNS",
    SideBackend.CLOUDFLARE: "Cloudflare",
}

_ANSWERING_AT_THE_FILES: Final = {
    FallbackBackend.HETZNER: frozenset({SideBackend.HETZNER, SideBackend.HETZNER_SECONDARY}),
    FallbackBackend.FRIEND: frozenset({SideBackend.FRIEND}),
}


def _two_providers(delegations: Delegations) -> Iterator[Mismatch]:
    """A provider holds a zone once, so it cannot be primary and fallback of the same zone."""

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        provider = _PROVIDER_OF.get(zone.primary.backend)
        if provider is not None and provider == _PROVIDER_OF.get(delegations.fallback_of(zone).backend):
            yield Mismatch(
                ("zones", index, "primary"),
                f"{zone.zone} has {provider} both at rest and as fallback",
                "Choose another fallback: a zone of one name exists once at a provider",
            )

    yield from each(delegations.zones, of_zone)


def _transferable(delegations: Delegations) -> Iterator[Mismatch]:
    """Transfers and signatures come from our own primary alone."""

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        if isinstance(zone.primary, OwnSide):
            return
        held = f"{zone.zone} is held by {_PROVIDER_OF[zone.primary.backend]}"
        if isinstance(delegations.fallback_of(zone), TransferringSide):
            yield Mismatch(
                ("zones", index, "fallback"),
                f"{held}, from which nobody can transfer",
                "Use a fallback that is written by its API: hetzner or cloudflare",
            )
        if zone.secondaries:
            yield Mismatch(
                ("zones", index, "secondaries"), f"{held}, from which nobody can transfer", "Remove them"
            )
        if zone.signed is Signing.OWN:
            yield Mismatch(
                ("zones", index, "signed"),
                f"{held}, but only our own primary signs",
                "Say signed: none, or primary: {backend: own}",
            )

    yield from each(delegations.zones, of_zone)


def _own_names(delegations: Delegations) -> Iterator[Mismatch]:
    """Who holds a zone beside the two of the whole file answers elsewhere, and must say where."""
    alike = _ANSWERING_AT_THE_FILES[delegations.fallback_backend]

    def missing(index: int, side: str, backend: SideBackend) -> Mismatch:
        way_out = "List the nameservers that it has for this zone"
        return Mismatch(
            ("zones", index, side, "nameservers"), f"nameservers of {backend} is missing", way_out
        )

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        if zone.primary.nameservers is None and not isinstance(zone.primary, OwnSide):
            yield missing(index, "primary", zone.primary.backend)
        fallback = zone.fallback
        if fallback is not None and fallback.nameservers is None and fallback.backend not in alike:
            yield missing(index, "fallback", fallback.backend)

    yield from each(delegations.zones, of_zone)


def _servers_once(delegations: Delegations) -> Iterator[Mismatch]:
    """Within all that the parent may name for a zone, no name stands twice; the zone's own list is to change."""

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        at = ("zones", index)
        sides: list[tuple[tuple[str | int, ...], int]] = []
        for side, default in (("primary", "own"), ("fallback", "fallback")):
            own = getattr(getattr(zone, side), "nameservers", None)
            path = (*at, side, "nameservers") if own else ("nameservers", default)
            sides.append((path, len(own or getattr(delegations.nameservers, default))))
        sides.append(((*at, "secondaries"), len(zone.secondaries)))
        sides.sort(key=lambda side: side[0][0] == "zones")
        names = [(*path, number, "name") for path, count in sides for number in range(count)]
        twice = repeated(found(delegations, names), lambda name, first: f"{name} stands already at {first}")
        yield from (one for one in twice if one.path[0] == "zones")

    yield from each(delegations.zones, of_zone)


def _friends_addressed(delegations: Delegations) -> Iterator[Mismatch]:
    """A friend's server is notified and let in by its address."""

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        for number, friend in enumerate(zone.secondaries):
            if not friend.addresses:
                at = ("zones", index, "secondaries", number)
                yield Mismatch(at, f"{friend.name} has no address", "Give ipv4, ipv6 or both")
        side = delegations.fallback_of(zone)
        if isinstance(side, TransferringSide) and not side.transfer_from:
            addressed = any(server.addresses for server in delegations.fallback_servers(zone))
            if not addressed:
                yield Mismatch(
                    ("zones", index, "fallback"),
                    f"no address is known from which {zone.zone} is transferred",
                    "Give transfer_from, or addresses of its nameservers",
                )

    yield from each(delegations.zones, of_zone)


def _friends_alike(delegations: Delegations) -> Iterator[Mismatch]:
    """A friend of one name is one party: the primary has one rule for it."""
    known: dict[str, FriendSide] = {}

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        side = delegations.fallback_of(zone)
        if not isinstance(side, FriendSide):
            return
        first = known.setdefault(side.name, side)
        if (side.key, side.transfer_from, side.nameservers) != (
            first.key,
            first.transfer_from,
            first.nameservers,
        ):
            yield Mismatch(
                ("zones", index, "fallback", "name"),
                f"{side.name} has another key or other addresses than before",
                "Give each friend a name of its own",
            )

    yield from each(delegations.zones, of_zone)


HOLDER_CHECKS: tuple[Callable[[Delegations], Iterable[Mismatch]], ...] = (
    _two_providers,
    _transferable,
    _own_names,
    _servers_once,
    _friends_addressed,
    _friends_alike,
)
