"""The one model of a zone: RRsets with canonical texts, in canonical order, and the SOA beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from ffinfra.dns.names import canonical_name, sort_key
from ffinfra.dns.values import MAXIMUM_TTL, canonical_type, canonical_value, type_number


class RRsetKey(NamedTuple):
    """What names an RRset within its zone."""

    owner: str
    type: str

    def __str__(self) -> str:
        return f"{self.owner} {self.type}"


@dataclass(frozen=True, slots=True)
class RRset:
    """All records of one name and type (RFC 2181 section 5), of class IN.

    Attributes:
        owner: absolute name with the final dot, lower case, in A-label form.
        type: the type's text, such as ``MX`` or ``TYPE65280``.
        ttl: seconds.
        values: canonical rdata texts, sorted, without duplicates.

    Make one from texts of unknown form with ``make_rrset``.
    """

    owner: str
    type: str
    ttl: int
    values: tuple[str, ...]

    @property
    def key(self) -> RRsetKey:
        """Owner and type."""
        return RRsetKey(self.owner, self.type)

    def __str__(self) -> str:
        return f"{self.owner} {self.ttl} {self.type} {', '.join(self.values)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SOA:
    """The start of authority (RFC 1035 section 3.3.13); all times in seconds.

    Attributes:
        mname: the primary nameserver's name.
        rname: the mailbox of who is responsible, as a domain name.
        serial: the version; the server counts it up, so it is never compared as content.
        refresh: how long a secondary waits before it asks for the serial.
        retry: how long it waits after a failed refresh.
        expire: after which time without contact it stops answering.
        minimum: for how long a resolver may remember that a name does not exist (RFC 2308).
        ttl: the TTL of the SOA record itself.
    """

    mname: str
    rname: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int
    ttl: int

    @property
    def value(self) -> str:
        """The canonical rdata text."""
        numbers = f"{self.serial} {self.refresh} {self.retry} {self.expire} {self.minimum}"
        return f"{self.mname} {self.rname} {numbers}"

    @classmethod
    def from_value(cls, value: str, ttl: int) -> SOA:
        """From a canonical rdata text and the record's TTL."""
        mname, rname, *numbers = value.split(" ")
        serial, refresh, retry, expire, minimum = (int(number) for number in numbers)
        return cls(
            mname=mname,
            rname=rname,
            serial=serial,
            refresh=refresh,
            retry=retry,
            expire=expire,
            minimum=minimum,
            ttl=ttl,
        )


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: its name, its SOA, and all other RRsets in canonical order.

    Attributes:
        origin: the zone's name, canonical.
        soa: the start of authority.
        rrsets: everything but the SOA; sorted by owner (RFC 4034 section 6.1), then by type number.
    """

    origin: str
    soa: SOA
    rrsets: tuple[RRset, ...]
    index: Mapping[str, Mapping[str, RRset]] = field(init=False, repr=False, compare=False)
    """Owner -> type -> RRset; without the SOA."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", MappingProxyType(by_owner(self.rrsets)))

    def get(self, owner: str, rdtype: str) -> RRset | None:
        """The RRset of a canonical name and type, if there is one."""
        return self.index.get(owner, {}).get(rdtype)

    @property
    def record_count(self) -> int:
        """How many records the zone holds, the SOA included."""
        return 1 + sum(len(rrset.values) for rrset in self.rrsets)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of class IN in canonical form."""

    owner: str
    type: str
    ttl: int
    value: str

    def __str__(self) -> str:
        return f"{self.owner} {self.ttl} {self.type} {self.value}"


def make_rrset(owner: str, rdtype: str, ttl: int, values: Iterable[str]) -> RRset:
    """An RRset from texts of any form; names must be absolute.

    Raises:
        ValueError: says which part is wrong and why.
    """
    if not 0 <= ttl <= MAXIMUM_TTL:
        raise ValueError(f"a TTL of {ttl} seconds is outside 0 to {MAXIMUM_TTL} (RFC 2181 section 8)")
    canonical = canonical_type(rdtype)
    texts = tuple(sorted({canonical_value(canonical, value) for value in values}))
    if not texts:
        raise ValueError(f"{owner} {rdtype} has no value")
    return RRset(canonical_name(owner), canonical, ttl, texts)


def group_records(records: Iterable[Record]) -> tuple[RRset, ...]:
    """RRsets in canonical order; duplicates fall together.

    Where the records of a set have several TTLs, the set gets the lowest (RFC 2181 section 5.2).
    """
    values: dict[tuple[str, str], set[str]] = {}
    ttls: dict[tuple[str, str], int] = {}
    for record in records:
        key = (record.owner, record.type)
        values.setdefault(key, set()).add(record.value)
        ttls[key] = min(record.ttl, ttls.get(key, record.ttl))
    return sort_rrsets(RRset(*key, ttls[key], tuple(sorted(texts))) for key, texts in values.items())


def sort_rrsets(rrsets: Iterable[RRset]) -> tuple[RRset, ...]:
    """RRsets in canonical order of owners, and by type number within an owner."""
    return tuple(sorted(rrsets, key=lambda rrset: (sort_key(rrset.owner), type_number(rrset.type))))


def by_owner(rrsets: Iterable[RRset]) -> dict[str, dict[str, RRset]]:
    """Owner -> type -> RRset."""
    index: dict[str, dict[str, RRset]] = {}
    for rrset in rrsets:
        index.setdefault(rrset.owner, {})[rrset.type] = rrset
    return index


def by_key(rrsets: Iterable[RRset]) -> dict[RRsetKey, RRset]:
    """Owner and type -> RRset."""
    return {rrset.key: rrset for rrset in rrsets}


def delegations(zone: Zone) -> tuple[str, ...]:
    """The names below the apex that have NS records; there another zone begins (RFC 1034 section 4.2)."""
    return tuple(rrset.owner for rrset in zone.rrsets if rrset.type == "NS" and rrset.owner != zone.origin)
