"""Nameservers as literals: they must be known when every server, state and office is gone."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from pydantic import Field

from ffinfra.network.values import DomainName, Model

Address = IPv4Address | IPv6Address


class NameserverAddress(Model):
    """A nameserver's name and where it answers."""

    name: DomainName
    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None

    @property
    def addresses(self) -> tuple[Address, ...]:
        """All addresses, IPv4 first."""
        return tuple(address for address in (self.ipv4, self.ipv6) if address is not None)


NameserverSet = Annotated[tuple[NameserverAddress, ...], Field(min_length=2)]
"""At least two (RFC 2182 section 5)."""


class Nameservers(Model):
    """Our own nameservers and those of the fallback provider."""

    own: NameserverSet
    fallback: NameserverSet
