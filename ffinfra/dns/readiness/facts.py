"""What was seen of a zone before a switch; the judgement looks at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ffinfra.dns.answers.comparing import Comparison
from ffinfra.dns.records import RRset, RRsetKey


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that could not be found out, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class ParentFacts:
    """What the parent's nameservers say of the zone.

    Attributes:
        servers: their addresses.
        ns_ttl: the longest TTL of the delegation that one of them gives, seconds; None if none delegates.
        ds: the DS values that any of them gives.
    """

    servers: tuple[str, ...]
    ns_ttl: int | None
    ds: frozenset[str]


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What the nameservers to be switched to answer.

    Attributes:
        comparison: every declared RRset at every address, SOA apart, and the apex NS where it may differ.
        serials: the SOA serial at each address, or why there is none with authority.
        keys: the DS values that the DNSKEYs at an address stand for; empty where it has no valid keys.
    """

    comparison: Comparison
    serials: Mapping[str, int | Unknown]
    keys: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the API of who serves the zone says of it.

    Attributes:
        state: in words.
        in_order: whether the provider goes on answering for it.
        undeclared: what stands there and is declared nowhere; SOA and apex NS are the provider's own.
    """

    state: str
    in_order: bool
    undeclared: tuple[RRsetKey, ...]


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """All that was seen of one zone.

    Attributes:
        apex_ns: the declared apex NS RRset, if there is one.
        parent: what its parent says.
        targets: what the nameservers to be switched to say.
        account: what the API of who serves them says.
        primary_alive: whether one of the nameservers at rest speaks for the zone, so that secondaries can renew it.
    """

    apex_ns: RRset | None
    parent: ParentFacts | Unknown
    targets: TargetFacts
    account: AccountFacts | Unknown = Unknown("nobody was asked")
    primary_alive: bool = False
