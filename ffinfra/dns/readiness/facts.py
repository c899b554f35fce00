"""What was seen of a zone before a switch; the judgement looks at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ffinfra.dns.answers.comparing import Comparison
from ffinfra.dns.records import SOA, RRset, RRsetKey


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that was asked for and could not be found out, and why; where it decides, it counts against."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Something that nobody could ask for here, such as without a token, and why; it is told and decides nothing."""

    reason: str


@dataclass(frozen=True, slots=True)
class ParentServers:
    """The nameservers of the parent zone, found from the root down.

    Attributes:
        addresses: where they can be asked.
        lacking: the names of those without any address.
    """

    addresses: tuple[str, ...]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParentFacts:
    """What the parent's nameservers say of the zone.

    Attributes:
        servers: their addresses.
        ns_ttl: the longest TTL of the delegation that one of them gives, seconds; None if none delegates.
        ds: the DS values that any of them gives.
        ns: the nameservers that any of them names, with the final dot.
        lacking: names of its nameservers that have no address.
        silent: addresses without a usable answer.
        undelegating: addresses that answer and name no nameserver of the zone.
        serving: addresses that answer from the zone itself instead of referring to its nameservers.
    """

    servers: tuple[str, ...]
    ns_ttl: int | None
    ds: frozenset[str]
    ns: frozenset[str] = frozenset()
    lacking: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    undelegating: tuple[str, ...] = ()
    serving: tuple[str, ...] = ()

    @property
    def referring(self) -> bool:
        """Whether one of those that answer refers to the zone's nameservers; else nobody knows what is delegated."""
        return bool({*self.servers}.difference(self.silent, self.undelegating, self.serving))


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether a validating resolver would believe a nameserver (RFC 4035 section 5).

    Attributes:
        broken: why not; empty where it would.
        seconds: until the first of the signatures looked at ends.
    """

    broken: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What the nameservers to be switched to answer.

    Attributes:
        comparison: every declared RRset at every address, SOA apart, and the apex NS where it may differ.
        serials: the SOA serial at each address, or why there is none with authority.
        chains: whether a validating resolver would believe each address; empty where no DS asks for it.
        expires: seconds until a secondary gives the zone up, at each address that tells it (RFC 7314).
    """

    comparison: Comparison
    serials: Mapping[str, int | Unknown]
    chains: Mapping[str, Chain] = field(default_factory=dict)
    expires: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the API of who serves the zone, or a transfer from them, says of it.

    Attributes:
        state: in words.
        in_order: whether the provider goes on answering for it.
        undeclared: what stands there and is declared nowhere; SOA and apex NS are the provider's own.
        unlisted: why not everything that stands there was looked at; empty where it was.
    """

    state: str
    in_order: bool
    undeclared: tuple[RRsetKey, ...]
    unlisted: str = ""


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """All that was seen of one zone.

    Attributes:
        apex_ns: the declared apex NS RRset, if there is one.
        parent: what its parent says.
        targets: what the nameservers to be switched to say.
        account: what the API of who serves them says.
        soa: as declared; of its serial nothing is known.
        at_rest: the SOA serial at each address of the nameservers at rest, or why there is none with authority.
        apex_ttl: the longest TTL of the apex NS at the nameservers that the parent names now, seconds.
        rest_chains: whether a validating resolver would believe each nameserver at rest, where the way leads from
            there; empty where the parent has no DS.
        unconfirmed: seconds since a nameserver at rest was last seen to speak for the zone; None for never.
    """

    apex_ns: RRset | None
    parent: ParentFacts | Unknown
    targets: TargetFacts
    account: AccountFacts | Unknown | NotAsked = NotAsked("nobody was asked")
    soa: SOA | None = None
    at_rest: Mapping[str, int | Unknown] = field(default_factory=dict)
    apex_ttl: int | None = None
    rest_chains: Mapping[str, Chain] = field(default_factory=dict)
    unconfirmed: int | None = None
