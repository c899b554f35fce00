"""What ``dns/delegations.yaml`` declares: the parent zone, nameservers as literals, the zones and who holds them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, assert_never

from pydantic import AfterValidator, Field

from ffinfra.dns.delegation.parents import Parent
from ffinfra.dns.delegation.servers import Address, NameserverAddress, Nameservers
from ffinfra.dns.delegation.sides import (
    Fallback,
    FriendSide,
    HetznerSide,
    OwnSide,
    Primary,
    Secondary,
    SideBackend,
    TransferringSide,
    keeps_signatures,
)
from ffinfra.dns.values import canonical_value
from ffinfra.network.values import DomainName, Model, ShortText


class FallbackBackend(StrEnum):
    """Who keeps those zones warm that do not say it themselves."""

    HETZNER = "hetzner"
    FRIEND = "friend"


class Signing(StrEnum):
    """Who signs a zone (DNSSEC)."""

    NONE = "none"
    OWN = "own"


def _ds(value: str) -> str:
    try:
        return canonical_value("DS", value)
    except ValueError:
        form = "key tag, algorithm, digest type and digest, as keymgr ZONE ds prints them after 'DS'"
        raise ValueError(f"allowed is {form}") from None


DsText = Annotated[str, AfterValidator(_ds)]
"""A DS record's value (RFC 4034 section 5.3), such as ``12345 13 2 49fd...``."""


class DelegatedZone(Model):
    """A zone of ours."""

    zone: DomainName
    signed: Signing = Signing.NONE
    ds: tuple[DsText, ...] = ()
    """What the parent says about the zone's keys; only of a signed zone."""
    primary: Primary = OwnSide()
    """Who holds the zone at rest."""
    secondaries: tuple[Secondary, ...] = ()
    """Friends' nameservers that serve the zone at rest beside our own."""
    fallback: Fallback | None = None
    """Who keeps the zone warm; without it, ``fallback_backend`` of the whole file."""
    contact: ShortText = ""
    """Whom the zone belongs to and how they are reached; without it, ``contact`` of the whole file."""

    @property
    def origin(self) -> str:
        """The zone's name with the final dot."""
        return f"{self.zone}."


class ProviderAccounts(Model):
    """Under which account each provider knows us, and who can log in; for the runbook. Never a password."""

    cloudflare: ShortText = ""
    hetzner: ShortText = ""


class Delegations(Model):
    """The whole file."""

    parent: Parent
    nameservers: Nameservers
    fallback_backend: FallbackBackend
    accounts: ProviderAccounts = ProviderAccounts()
    contact: ShortText = ""
    """Whom zones belong to that do not say it themselves."""
    resolvers: tuple[Address, ...] = ()
    """Public resolvers that visitors use, watched by ``ffinfra failover`` and asked by the runbook's lines."""
    longest_outage: Annotated[int, Field(ge=0)] | None = None
    """Seconds that the primary may be gone while secondaries go on answering; for the rules on zones."""
    zones: Annotated[tuple[DelegatedZone, ...], Field(min_length=1)]

    @property
    def all_nameservers(self) -> tuple[NameserverAddress, ...]:
        """Every nameserver that some zone may be delegated to, each once: own ones first."""
        found = {server.name: server for server in (*self.nameservers.own, *self.nameservers.fallback)}
        for zone in self.zones:
            for server in (*self.primary_servers(zone), *self.fallback_servers(zone)):
                found.setdefault(server.name, server)
        return tuple(found.values())

    def fallback_of(self, zone: DelegatedZone) -> Fallback:
        """Who keeps a zone warm."""
        if zone.fallback is not None:
            return zone.fallback
        match self.fallback_backend:
            case FallbackBackend.HETZNER:
                return HetznerSide()
            case FallbackBackend.FRIEND:
                return FriendSide(backend=SideBackend.FRIEND)
        assert_never(self.fallback_backend)

    def primary_servers(self, zone: DelegatedZone) -> tuple[NameserverAddress, ...]:
        """The nameservers of a zone at rest: its holder's, and friends' secondaries."""
        return (*(zone.primary.nameservers or self.nameservers.own), *zone.secondaries)

    def fallback_servers(self, zone: DelegatedZone) -> tuple[NameserverAddress, ...]:
        """The nameservers that keep a zone warm."""
        return self.fallback_of(zone).nameservers or self.nameservers.fallback

    def shares_source(self, zone: DelegatedZone) -> bool:
        """Whether the fallback has the zone from the nameservers at rest, so that both serve the same SOA."""
        return isinstance(zone.primary, OwnSide) and isinstance(self.fallback_of(zone), TransferringSide)

    def breaks_at_fallback(self, zone: DelegatedZone) -> bool:
        """Whether validating resolvers would fail at the fallback while the parent has a DS of the zone."""
        return bool(zone.ds) and not keeps_signatures(self.fallback_of(zone))
