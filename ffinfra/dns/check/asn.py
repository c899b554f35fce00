"""Which autonomous systems announce an address, and in which prefix."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Protocol

import dns.reversename
from dns.name import Name
from dns.rdatatype import TXT as TXT_TYPE
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.ANY.TXT import TXT

from ffinfra.dns.check.naming import absolute
from ffinfra.dns.check.resolver import Resolver
from ffinfra.dns.check.response import ANSWER, AUTHORITY, Response
from ffinfra.problems import InvalidInputError, Place, Problem

Prefix = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Announced:
    """The address is announced.

    Attributes:
        asns: the numbers of the autonomous systems, ascending.
        prefix: the longest prefix that holds the address.
        raw: the line of the source.
    """

    asns: tuple[int, ...]
    prefix: Prefix
    raw: str


@dataclass(frozen=True, slots=True)
class NotAnnounced:
    """The source knows of no announcement."""


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """The source gave no usable answer."""


AsnResult = Announced | NotAnnounced | SourceFailed


class AsnSource(Protocol):
    """Where announcements are looked up."""

    async def look_up(self, address: str, resolver: Resolver) -> AsnResult:
        """What is announced for an address."""
        ...


class AsnTable:
    """A table that the user gives: lines of a prefix, white space and ASNs with commas or spaces between."""

    def __init__(self, announcements: Iterable[Announced]) -> None:
        self._by_prefix = {one.prefix: one for one in announcements}

    @classmethod
    def parse(cls, text: str, file: str) -> AsnTable:
        """Read a table; empty lines and lines that start with ``#`` or ``;`` are passed over.

        Raises:
            InvalidInputError: a line has another form; every such line is named.
        """
        found: list[Announced] = []
        problems: list[Problem] = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.lstrip()[0] in "#;":
                continue
            try:
                prefix, *asns = line.replace(",", " ").split()
                found.append(_announced(" ".join(asns), prefix, line.strip()))
            except ValueError as error:
                way_out = "Write a prefix and its AS numbers, such as 192.0.2.0/24 64496"
                problems.append(Problem(place=Place(file, number), what=str(error), way_out=way_out))
        if problems:
            raise InvalidInputError(problems)
        return cls(found)

    async def look_up(self, address: str, resolver: Resolver) -> AsnResult:  # noqa: ARG002  the protocol's form
        """The announcement with the longest prefix that holds the address."""
        parsed = ipaddress.ip_address(address)
        for length in range(parsed.max_prefixlen, -1, -1):
            prefix = ipaddress.ip_network((parsed, length), strict=False)
            if prefix in self._by_prefix:
                return self._by_prefix[prefix]
        return NotAnnounced()


class AsnOverDns:
    """A database that is asked over DNS in Team Cymru's form: TXT below ``origin`` and ``origin6``."""

    def __init__(self, domain: str) -> None:
        self._domain = absolute(domain)

    async def look_up(self, address: str, resolver: Resolver) -> AsnResult:
        """The announcement with the longest prefix among the TXT records for an address."""
        parsed = ipaddress.ip_address(address)
        response = (await resolver.resolve(self._query_name(parsed), TXT_TYPE)).response
        if response is None:
            return SourceFailed()
        if response.rcode == "NXDOMAIN":
            owners = [owner for owner, _ in response.owned(SOA, AUTHORITY)]
            return NotAnnounced() if owners == [self._domain] else SourceFailed()
        return _read(response, parsed) if response.succeeded else SourceFailed()

    def _query_name(self, address: IPv4Address | IPv6Address) -> Name:
        reverse = dns.reversename.from_address(str(address))
        label = b"origin" if address.version == 4 else b"origin6"
        return Name((*reverse.labels[:-3], label, *self._domain.labels))


def _read(response: Response, address: IPv4Address | IPv6Address) -> AsnResult:
    if not response.message.answer:
        return NotAnnounced()
    texts = [
        b"".join(rdata.strings).decode("ascii", "replace") for rdata in response.rdatas(TXT, sections=ANSWER)
    ]
    lines = [text for text in texts if " |" in text]
    if not lines:
        return NotAnnounced() if texts else SourceFailed()
    try:
        found = [_announced(line.split(" |")[0], line.split(" |")[1].strip(), line) for line in lines]
    except ValueError:
        return SourceFailed()
    if any(address not in one.prefix for one in found):
        return SourceFailed()
    return max(found, key=lambda one: one.prefix.prefixlen)


def _announced(asns: str, prefix: str, raw: str) -> Announced:
    numbers = sorted({int(one) for one in asns.split()})
    if not numbers:
        raise ValueError(f"no AS number in {raw!r}")
    return Announced(tuple(numbers), ipaddress.ip_network(prefix), raw)
