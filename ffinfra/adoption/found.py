"""What was found of a living network: plain facts, as the APIs and a nameserver gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from ffinfra.dns.records import SOA, RRset


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """A primary IP at Hetzner.

    Attributes:
        id: Hetzner's number of it.
        name: its name there.
        network: the address as a /32, or the /64 of an IPv6 one.
        server: the number of the server that holds it.
        reverse: address -> the name that it points back to.
    """

    id: int
    name: str
    network: IPv4Network | IPv6Network
    server: int | None
    reverse: Mapping[str, str]

    def holds(self, address: IPv4Address | IPv6Address | None) -> bool:
        """Whether an address is this one, or lies in its /64."""
        return address is not None and address.version == self.network.version and address in self.network


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server at Hetzner.

    Attributes:
        id: Hetzner's number of it.
        name: its name there.
        type: such as ccx13.
        location: such as fsn1.
        image: the name of the image that it was made from; None where that has no name.
        addresses: what it holds.
    """

    id: int
    name: str
    type: str
    location: str
    image: str | None
    addresses: tuple[FoundAddress, ...]

    def holds(self, address: IPv4Address | IPv6Address | None) -> bool:
        """Whether it answers at an address."""
        return any(one.holds(address) for one in self.addresses)

    @property
    def ipv4(self) -> IPv4Address | None:
        """Its IPv4 address."""
        found = (one.network.network_address for one in self.addresses)
        return next((one for one in found if isinstance(one, IPv4Address)), None)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A named thing at Hetzner that is known again by its text.

    Attributes:
        id: Hetzner's number of it.
        name: its name there.
        text: an SSH key's line; of other things the name.
    """

    id: int
    name: str
    text: str


class Holder(StrEnum):
    """Who has a zone."""

    KNOT = "own primary"
    HETZNER = "Hetzner DNS"
    CLOUDFLARE = "Cloudflare"


@dataclass(frozen=True, slots=True)
class FoundZone:
    """A zone at one holder.

    Attributes:
        origin: its canonical name.
        holder: who has it.
        identifier: Cloudflare's identifier; empty elsewhere.
        nameservers: the names that the provider assigned to it; none for our own.
        rrsets: its records, the SOA among them where the holder tells it.
        soa: its SOA, from a transfer.
        inherited_ttl: the TTL of RRsets that have none of their own, where all of that TTL have none.
        transferred: whether the holder transfers it from elsewhere.
        signed: whether our own primary answers with keys of the zone (DNSKEY).
        odd: records that are not taken over, and why.
    """

    origin: str
    holder: Holder
    identifier: str
    nameservers: tuple[str, ...]
    rrsets: tuple[RRset, ...]
    soa: SOA | None = None
    inherited_ttl: int | None = None
    transferred: bool = False
    signed: bool = False
    odd: tuple[str, ...] = ()

    def addresses(self, name: str) -> tuple[IPv4Address | IPv6Address, ...]:
        """The addresses that it has for a canonical name."""
        return tuple(
            ip_address(value)
            for one in self.rrsets
            if one.owner == name and one.type in ("A", "AAAA")
            for value in one.values
        )


@dataclass(frozen=True, slots=True)
class Living:
    """All that was found.

    Attributes:
        servers: at Hetzner.
        addresses: all primary IPs there, held by a server or not.
        keys: SSH keys there.
        groups: placement groups there.
        firewalls: firewalls there.
        management: from where these firewalls let SSH in.
        zones: of all holders.
        skipped: what was not asked, and why.
    """

    servers: tuple[FoundServer, ...] = ()
    addresses: tuple[FoundAddress, ...] = ()
    keys: tuple[FoundKey, ...] = ()
    groups: tuple[FoundKey, ...] = ()
    firewalls: tuple[FoundKey, ...] = ()
    management: tuple[str, ...] = ()
    zones: tuple[FoundZone, ...] = ()
    skipped: tuple[str, ...] = field(default=())
