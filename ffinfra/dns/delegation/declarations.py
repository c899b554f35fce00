"""``dns/delegations.yaml``: nameservers as literals, the parent zone, the zones to delegate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ffinfra.network.values import DomainName, Model
from ffinfra.problems import InvalidInputError, Problem
from ffinfra.validation import path_text, validated
from ffinfra.yaml_document import KeyPath, read_document


class ParentBackend(StrEnum):
    """How the parent zone is changed."""

    CLOUDFLARE = "cloudflare"


class FallbackBackend(StrEnum):
    """Which provider keeps the zones warm."""

    HETZNER = "hetzner"


class Signing(StrEnum):
    """Who signs a zone (DNSSEC)."""

    NONE = "none"
    OWN = "own"


class NameserverAddress(Model):
    """A nameserver's name and where it answers."""

    name: DomainName
    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None

    @property
    def addresses(self) -> tuple[IPv4Address | IPv6Address, ...]:
        """All addresses, IPv4 first."""
        return tuple(address for address in (self.ipv4, self.ipv6) if address is not None)


class Nameservers(Model):
    """Our own nameservers and those of the fallback provider."""

    own: Annotated[tuple[NameserverAddress, ...], Field(min_length=2)]
    fallback: Annotated[tuple[NameserverAddress, ...], Field(min_length=2)]


class Parent(Model):
    """The zone in which ours are delegated."""

    zone: DomainName
    backend: ParentBackend
    zone_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """The provider's identifier of the zone: configuration, so that a preview asks no API."""
    ttl: Annotated[int, Field(ge=60, le=86400)] = 300
    """Seconds; of the NS, glue and DS records."""


class DelegatedZone(Model):
    """A zone of ours."""

    zone: DomainName
    signed: Signing = Signing.NONE

    @property
    def origin(self) -> str:
        """The zone's name with the final dot."""
        return f"{self.zone}."


class Delegations(Model):
    """The whole file."""

    parent: Parent
    nameservers: Nameservers
    fallback_backend: FallbackBackend
    zones: Annotated[tuple[DelegatedZone, ...], Field(min_length=1)]

    @property
    def all_nameservers(self) -> tuple[NameserverAddress, ...]:
        """Own ones first, then the fallback's."""
        return (*self.nameservers.own, *self.nameservers.fallback)


def read_delegations(path: Path, shown_as: str | None = None) -> Delegations:
    """Read the file.

    Raises:
        InvalidInputError: with every mistake in it.
    """
    document = read_document(path, shown_as)
    delegations = validated(Delegations, document)
    problems = [
        Problem(place=document.place(at), path=path_text(at), what=what, way_out=way_out)
        for check in _CHECKS
        for at, what, way_out in check(delegations)
    ]
    if problems:
        raise InvalidInputError(problems)
    return delegations


_Finding = tuple[KeyPath, str, str]


def _zones_below_parent(delegations: Delegations) -> Iterator[_Finding]:
    for index, zone in enumerate(delegations.zones):
        if not zone.zone.endswith(f".{delegations.parent.zone}"):
            yield (
                ("zones", index, "zone"),
                f"{zone.zone} does not lie below {delegations.parent.zone}",
                "A zone is delegated in the zone above it",
            )


def _unique(delegations: Delegations) -> Iterator[_Finding]:
    zones = ((("zones", index, "zone"), zone.zone) for index, zone in enumerate(delegations.zones))
    names: list[tuple[KeyPath, str]] = []
    addresses: list[tuple[KeyPath, IPv4Address | IPv6Address]] = []
    for group in ("own", "fallback"):
        for index, server in enumerate(getattr(delegations.nameservers, group)):
            names.append((("nameservers", group, index, "name"), server.name))
            addresses += [(("nameservers", group, index), address) for address in server.addresses]
    for values in (zones, names, addresses):
        seen: set[object] = set()
        for at, value in values:
            if value in seen:
                yield at, f"{value} stands twice", "Keep one of the two"
            seen.add(value)


def _reachable(delegations: Delegations) -> Iterator[_Finding]:
    for index, server in enumerate(delegations.nameservers.own):
        if not server.addresses:
            yield ("nameservers", "own", index), f"{server.name} has no address", "Give ipv4, ipv6 or both"


def _fallback_independent(delegations: Delegations) -> Iterator[_Finding]:
    """A fallback nameserver whose name lies in a zone that fails cannot be found when it is needed."""
    for index, server in enumerate(delegations.nameservers.fallback):
        for zone in delegations.zones:
            if server.name == zone.zone or server.name.endswith(f".{zone.zone}"):
                yield (
                    ("nameservers", "fallback", index, "name"),
                    f"{server.name} lies under {zone.zone}, the zone it is to save",
                    "Use nameservers whose names do not depend on our own zones",
                )


_CHECKS: tuple[Callable[[Delegations], Iterable[_Finding]], ...] = (
    _zones_below_parent,
    _unique,
    _reachable,
    _fallback_independent,
)
