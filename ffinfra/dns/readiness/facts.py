"""What was seen of a zone before a switch; the judgement looks at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ffinfra.dns.answers.comparing import Comparison
from ffinfra.dns.records import RRset


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
class ZoneFacts:
    """All that was seen of one zone.

    Attributes:
        apex_ns: the declared apex NS RRset, if there is one.
        parent: what its parent says.
        targets: what the nameservers to be switched to say.
    """

    apex_ns: RRset | None
    parent: ParentFacts | Unknown
    targets: TargetFacts
