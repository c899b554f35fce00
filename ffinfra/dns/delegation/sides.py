"""Where a zone is held: by us or a provider at rest, by a provider or a friend as fallback."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, assert_never

from pydantic import Field

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.delegation.parents import CloudflareId
from ffinfra.dns.delegation.servers import Address, NameserverAddress, NameserverSet
from ffinfra.network.values import Label, Model, Port, Seconds, ShortText


class SideBackend(StrEnum):
    """Who holds a zone."""

    OWN = "own"
    HETZNER = "hetzner"
    HETZNER_SECONDARY = "hetzner-secondary"
    CLOUDFLARE = "cloudflare"
    FRIEND = "friend"


class AnySide(Model):
    """What every holder of a zone has."""

    nameservers: NameserverSet | None = None
    """Where it answers, if not where ``nameservers`` of the whole file says."""


class OwnSide(AnySide):
    """Our own nameservers; a signed zone is signed by our primary."""

    backend: Literal[SideBackend.OWN] = SideBackend.OWN


class HetznerSide(AnySide):
    """Hetzner DNS in primary mode: written by its API, RRset by RRset."""

    backend: Literal[SideBackend.HETZNER] = SideBackend.HETZNER
    inherited_ttl: Seconds | None = None
    """Seconds, of RRsets without a TTL of their own there: they have the zone's, this. None: each has one."""
    as_found: bool = False
    """Whether the zone's default TTL, labels and protection there stay as they were found."""


class TransferringSide(AnySide):
    """Nameservers that transfer the zone (AXFR) from our primary, which need not be public itself."""

    transfer_from: tuple[Address, ...] = ()
    """The addresses that it transfers from; without any, those of its nameservers."""
    keeps_signatures: bool = False
    """Whether it answers with our primary's signatures: say so once ffinfra dns ready has shown it."""


class HetznerSecondarySide(TransferringSide):
    """Hetzner DNS in secondary mode."""

    backend: Literal[SideBackend.HETZNER_SECONDARY]
    key: Label
    """Of the transfer: the name under which ffinfra:tsig holds the TSIG secret (hmac-sha256)."""
    primaries: tuple[Address, ...] = ()
    """Where it transfers from; without any, from the first of our own nameservers."""
    port: Port = 53


class FriendSide(TransferringSide):
    """Somebody's nameservers; nothing is written there, but they are checked."""

    backend: Literal[SideBackend.FRIEND]
    name: Label = "friend"
    key: Label | None = None
    """The name of the TSIG key of the transfer; None trusts the addresses alone."""
    contact: ShortText = ""
    """How they are reached when it burns."""


class CloudflareSide(AnySide):
    """Cloudflare on its free plan, nothing proxied."""

    backend: Literal[SideBackend.CLOUDFLARE]
    zone_id: CloudflareId
    """The zone is made once by hand: its nameservers are assigned then."""


class Secondary(NameserverAddress):
    """A friend's secondary among a zone's nameservers at rest; nothing is written to it, but it is checked."""

    key: Label | None = None
    """The name of the TSIG key of the transfer; None trusts the addresses alone."""
    transfer_from: tuple[Address, ...] = ()
    """The addresses that it transfers from; without any, those where it answers."""


Primary = Annotated[OwnSide | HetznerSide | CloudflareSide, Field(discriminator="backend")]
Fallback = Annotated[
    HetznerSide | HetznerSecondarySide | CloudflareSide | FriendSide, Field(discriminator="backend")
]
Side = OwnSide | HetznerSide | HetznerSecondarySide | CloudflareSide | FriendSide


def limits_at(side: Side) -> Backend:
    """Whose limits hold for a zone there; a transferred zone has those of a transfer."""
    match side:
        case OwnSide():
            return Backend.OWN
        case HetznerSide():
            return Backend.HETZNER
        case CloudflareSide():
            return Backend.CLOUDFLARE
        case HetznerSecondarySide() | FriendSide():
            return Backend.FRIEND
    assert_never(side)


def keeps_signatures(side: Side) -> bool:
    """Whether a signed zone is answered with its signatures there; what is not declared counts as no."""
    match side:
        case OwnSide():
            return True
        case HetznerSecondarySide() | FriendSide():
            return side.keeps_signatures
        case HetznerSide() | CloudflareSide():
            return False
    assert_never(side)
