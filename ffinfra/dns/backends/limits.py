"""What each backend can carry, as tables with source and date; unknown things count as not carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, assert_never

from ffinfra.dns.values import MAXIMUM_TTL


class Backend(Enum):
    """Where a zone can be held."""

    OWN = "own"
    """Our primary, written by RFC 2136 updates."""
    HETZNER = "hetzner"
    """Hetzner DNS, primary mode, one ZoneRrset for each RRset."""
    CLOUDFLARE = "cloudflare"
    """Cloudflare on its free plan, one DnsRecord for each record, not proxied."""
    FRIEND = "friend"
    """Somebody's secondary that fetches the zone by AXFR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a backend can carry; None is "no limit of its own".

    Attributes:
        types: the record types; None means every type (RFC 3597).
        ttl: the lowest and highest TTL, seconds.
        records: how many records a zone may hold, without the SOA and the apex NS.
        record_octets: the largest record in wire format: owner, fixed fields and rdata, uncompressed.
        rrset_octets: the largest RRset in wire format, likewise.
        rrset_characters: the largest sum of the lengths of an RRset's value texts.
        plain_text: whether names and strings must be printable ASCII without escapes, because nothing is
            known about how the backend takes escapes.
        empty_strings: whether a TXT may hold an empty string.
        source: where this is from, with the date it was read.
    """

    types: frozenset[str] | None
    ttl: tuple[int, int]
    records: int | None = None
    record_octets: int | None = None
    rrset_octets: int | None = None
    rrset_characters: int | None = None
    plain_text: bool = False
    empty_strings: bool = True
    source: str


_HETZNER_TYPES = "A AAAA CAA CNAME DS HINFO HTTPS MX NS PTR RP SRV SVCB TLSA TXT"
_CLOUDFLARE_TYPES = (
    "A AAAA CAA CERT CNAME DNSKEY DS HTTPS LOC MX NAPTR NS OPENPGPKEY PTR SMIMEA SRV SSHFP SVCB TLSA TXT URI"
)

_LIMITS: Final[Mapping[Backend, Limits]] = MappingProxyType(
    {
        Backend.OWN: Limits(
            types=None,
            ttl=(0, MAXIMUM_TTL),
            rrset_octets=28 * 1024,
            source="ffinfra.dns.dynamic_update: old and new values of an RRset must fit into one message",
        ),
        Backend.HETZNER: Limits(
            types=frozenset(_HETZNER_TYPES.split()),
            ttl=(60, MAXIMUM_TTL),
            plain_text=True,
            source=(
                "types: hcloud-python 2.27.0, ZoneRRSetType, less the SOA that belongs to Hetzner, read "
                "2026-11-23; ttl: API reference docs.hetzner.cloud, from memory, not tried"
            ),
        ),
        Backend.CLOUDFLARE: Limits(
            types=frozenset(_CLOUDFLARE_TYPES.split()),
            ttl=(60, 86400),
            records=200,
            record_octets=4096,
            rrset_characters=8192,
            plain_text=True,
            empty_strings=False,
            source=(
                "types and ttl: cloudflare-python 5.9.0, read 2026-11-23; sizes and 200 records (free zones "
                "made since 2024-09-01): developers.cloudflare.com/dns/manage-dns-records, read 2026-11-23; "
                "empty TXT: dnscontrol, verified 2026-01-21"
            ),
        ),
        Backend.FRIEND: Limits(
            types=None,
            ttl=(0, MAXIMUM_TTL),
            rrset_octets=65000,
            source="RFC 5936: any record can be transferred; a set must fit into a message to be answered",
        ),
    }
)


def limits_of(backend: Backend) -> Limits:
    """The limits of a backend."""
    return _LIMITS[backend]


def shown_name(backend: Backend) -> str:
    """The backend as a sentence names it."""
    match backend:
        case Backend.OWN:
            return "our own primary"
        case Backend.HETZNER:
            return "Hetzner DNS"
        case Backend.CLOUDFLARE:
            return "Cloudflare"
        case Backend.FRIEND:
            return "a secondary"
    assert_never(backend)
