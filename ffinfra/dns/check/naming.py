"""Domain names and nameservers as the checks see them."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import dns.exception
import dns.name
from dns.name import Name

from ffinfra.problems import InvalidInputError, Place, Problem

ROOT: Final = dns.name.root


class Family(Enum):
    """The IP version of an address."""

    IPV4 = 4
    IPV6 = 6


@functools.lru_cache(maxsize=4096)
def absolute(text: str) -> Name:
    """The absolute name for a text with or without its trailing dot; its case is kept, but never compared.

    Raises:
        InvalidInputError: the text is no domain name.
    """
    try:
        return dns.name.from_text(text, ROOT)
    except (dns.exception.DNSException, ValueError) as error:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(text),
                    what=f"{text!r} is no domain name: {error}",
                    way_out="Labels have 1 to 63 octets, the name at most 255 (RFC 1035, section 2.3.4)",
                )
            ]
        ) from error


@functools.lru_cache(maxsize=4096)
def short(name: Name) -> str:
    """The lower-case text of a name without its trailing dot; the root stays a dot."""
    return name.canonicalize().to_text(omit_final_dot=True)


@functools.lru_cache(maxsize=4096)
def canonical_address(text: str) -> str:
    """The canonical text of an IP address (RFC 5952).

    Raises:
        InvalidInputError: the text is no IP address.
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(text),
                    what=f"{text!r} is no IP address",
                    way_out="Write an IPv4 or IPv6 address without prefix length",
                )
            ]
        ) from error


@dataclass(frozen=True, slots=True)
class Nameserver:
    """One name and one of its addresses; a server with two addresses is two of these."""

    name: Name
    address: str

    @property
    def family(self) -> Family:
        """The IP version of the address."""
        return Family.IPV6 if ":" in self.address else Family.IPV4

    def __str__(self) -> str:
        return f"{short(self.name)}/{self.address}"


def listed(items: Iterable[Nameserver | Name | str]) -> str:
    """Nameservers, names or addresses as one sorted text, as message arguments hold them."""
    return ";".join(sorted({short(item) if isinstance(item, Name) else str(item) for item in items}))
