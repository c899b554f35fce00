"""Reading ``dns/delegations.yaml``, and what must fit together in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations, NameserverAddress
from ffinfra.mismatch import Mismatch, each, found, repeated
from ffinfra.problems import KeyPath
from ffinfra.validation import validated
from ffinfra.yaml_document import scan_document


def read_delegations(path: Path, shown_as: str | None = None) -> Delegations:
    """Read the file.

    Raises:
        InvalidInputError: with every mistake in it.
    """
    return validated(Delegations, scan_document(path, shown_as), (), _CHECKS)


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

    def of_server(index: int, server: NameserverAddress) -> Iterator[Mismatch]:
        for zone in zones:
            if server.name == zone or server.name.endswith(f".{zone}"):
                yield Mismatch(
                    ("nameservers", "fallback", index, "name"),
                    f"{server.name} lies under {zone}, the zone it is to save",
                    "Use nameservers whose names do not depend on our own zones",
                )

    yield from each(delegations.nameservers.fallback, of_server)


_CHECKS: tuple[Callable[[Delegations], Iterable[Mismatch]], ...] = (
    _zones_below_parent,
    _zones_once,
    _nameservers_once,
    _reachable,
    _fallback_independent,
)
