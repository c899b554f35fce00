"""Zones as a provider's nameservers serve them, and the interface through which they get there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ffinfra.problems import OperationalError


@dataclass(frozen=True, slots=True)
class Record:
    """One record: owner relative to the zone (``@`` = apex), TTL in seconds, type, master file value."""

    name: str
    ttl: int
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class StartOfAuthority:
    """The SOA of a zone (RFC 1035 section 3.3.13); times in seconds, names absolute with their dot."""

    mname: str
    rname: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int
    ttl: int


@dataclass(frozen=True, slots=True)
class PrimaryZone:
    """A zone whose records the provider's API holds; the name has no dot at its end."""

    name: str
    soa: StartOfAuthority
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, repr=False)
class TransferKey:
    """A TSIG key (RFC 8945): name on the wire, algorithm such as ``hmac-sha256``, secret in base64."""

    name: str
    algorithm: str
    secret: str

    def __repr__(self) -> str:
        return f"TransferKey(name={self.name!r}, algorithm={self.algorithm!r}, secret=[redacted])"


@dataclass(frozen=True, slots=True)
class PrimaryServer:
    """Where a secondary zone is fetched from by AXFR."""

    address: str
    port: int
    key: TransferKey | None


@dataclass(frozen=True, slots=True)
class SecondaryZone:
    """A zone that the nameservers fetch from primaries elsewhere."""

    name: str
    primaries: tuple[PrimaryServer, ...]


ServedZone = PrimaryZone | SecondaryZone


class PublishError(OperationalError):
    """Raised when the nameservers do not serve what they were given."""


class ServedZones(Protocol):
    """A provider's nameservers."""

    async def publish(self, zone: ServedZone) -> None:
        """Serve this zone; returns when every nameserver address serves it.

        A secondary zone is served when its first transfer arrives; publish returns after the first try.

        Raises:
            PublishError: it is not served.
        """

    async def withdraw(self, name: str) -> None:
        """Stop serving a zone; returns when it is refused."""

    async def serial(self, name: str) -> int | None:
        """The SOA serial that is served now; None if the zone is not served."""
