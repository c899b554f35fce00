"""Reading ``dns/delegations.yaml``, and what must fit together in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations, Signing
from ffinfra.dns.delegation.holders import HOLDER_CHECKS
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.mismatch import Mismatch, each, found, repeated
from ffinfra.problems import KeyPath
from ffinfra.validation import validated
from ffinfra.yaml_document import scan_document


def read_delegations(path: Path, shown_as: str | None = None) -> Delegations:
    """Read the file.

    Raises:
        InvalidInputError: with every mistake in it.
    """
    return validated(Delegations, scan_document(path, shown_as), (), (*_CHECKS, *HOLDER_CHECKS))


def _zones_below_parent(delegations: Delegations) -> Iterator[Mismatch]:
    parent = delegations.parent.zone

    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        if not zone.zone.endswith(f".{parent}"):
            yield Mismatch(
                ("zones", index, "zone"),
                f"{zone.zone} does not lie below {parent}",
                "A zone is delegated in the zone above it",
            )

    yield from each(delegations.zones, of_zone)


def _zones_once(delegations: Delegations) -> Iterator[Mismatch]:
    paths = [("zones", index, "zone") for index in range(len(delegations.zones))]
    yield from repeated(found(delegations, paths), lambda zone, first: f"{zone} stands already at {first}")


def _nameservers_once(delegations: Delegations) -> Iterator[Mismatch]:
    for settings in (("name",), ("ipv4", "ipv6")):
        paths = [(*at, setting) for at in _server_paths(delegations) for setting in settings]
        yield from repeated(
            found(delegations, paths), lambda value, first: f"{value} stands already at {first}"
        )


def _server_paths(delegations: Delegations) -> Iterator[KeyPath]:
    for group in ("own", "fallback"):
        for index in range(len(getattr(delegations.nameservers, group, ()))):
            yield ("nameservers", group, index)


def _reachable(delegations: Delegations) -> Iterator[Mismatch]:
    def of_server(index: int, server: NameserverAddress) -> Iterator[Mismatch]:
        if not server.addresses:
            name = getattr(server, "name", "this nameserver")
            yield Mismatch(("nameservers", "own", index), f"{name} has no address", "Give ipv4, ipv6 or both")

    yield from each(delegations.nameservers.own, of_server)


def _fallback_independent(delegations: Delegations) -> Iterator[Mismatch]:
    """A fallback nameserver whose name lies in a zone that fails cannot be found when it is needed."""
    zone_paths = [("zones", index, "zone") for index in range(len(delegations.zones))]
    zones = [zone for _, zone in found(delegations, zone_paths)]
    groups: list[KeyPath] = [("nameservers", "fallback")]
    groups += [("zones", index, "fallback", "nameservers") for index in range(len(delegations.zones))]
    for group, servers in found(delegations, groups):
        names = found(delegations, [(*group, index, "name") for index in range(len(servers))])
        for path, name in names:
            for zone in zones:
                if name == zone or name.endswith(f".{zone}"):
                    yield Mismatch(
                        path,
                        f"{name} lies under {zone}, the zone it is to save",
                        "Use nameservers whose names do not depend on our own zones",
                    )


def _ds_of_signed(delegations: Delegations) -> Iterator[Mismatch]:
    def of_zone(index: int, zone: DelegatedZone) -> Iterator[Mismatch]:
        if zone.ds and zone.signed is Signing.NONE:
            yield Mismatch(
                ("zones", index, "ds"),
                f"{zone.zone} has a DS but is not signed: validating resolvers would fail",
                "Say signed: own and wait until all nameservers answer with signatures, or remove ds",
            )

    yield from each(delegations.zones, of_zone)


_CHECKS: tuple[Callable[[Delegations], Iterable[Mismatch]], ...] = (
    _zones_below_parent,
    _zones_once,
    _nameservers_once,
    _reachable,
    _fallback_independent,
    _ds_of_signed,
)
