"""What ``dns/delegations.yaml`` declares: nameservers as literals, the parent zone, the zones to delegate."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from pydantic import Field

from ffinfra.network.values import DomainName, Model


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
