"""Switching signed zones to a fallback without signatures and back, so that no validating resolver ever fails.

While a resolver may hold a zone's DS, it takes only signed answers (RFC 4035 section 5.2); so the DS goes first,
and the nameservers follow once nobody can have it in a cache. On the way back the nameservers come first, and the
DS follows once nobody can have unsigned answers, or go on asking the unsigned nameservers (RFC 6781 section 4.3.5,
RFC 7583 section 3.3: the wait before a DS is published).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.records import Zone


@dataclass(frozen=True, slots=True)
class Standing:
    """What the parent says: which nameservers, and whether the DS of zones with an unsigned fallback."""

    mode: Mode
    trust: Trust


@dataclass(frozen=True, slots=True)
class Memory:
    """How long caches remember, seconds; the longest of all zones that the switch concerns.

    Attributes:
        ds: the longer TTL of DS in the parent and DNSKEY in the zone: a resolver that holds a key that it has
            validated goes on asking for its signatures without looking at the DS again.
        answers: the longest TTL of anything that an unsigned nameserver may have answered, or of the delegation.
    """

    ds: int
    answers: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One change of the parent.

    Attributes:
        wait: seconds since every nameserver of the parent serves the stage before; 0 for the first.
        standing: what the parent says from then on.
        what: what changes, in words.
        why: what the wait is for; empty where there is none.
    """

    wait: int
    standing: Standing
    what: str
    why: str = ""


def unsigned_at_fallback(delegations: Delegations) -> tuple[str, ...]:
    """The zones whose DS must be out of the parent while it names their fallback."""
    return tuple(zone.zone for zone in delegations.zones if delegations.breaks_at_fallback(zone))


def breaks_validation(delegations: Delegations, standing: Standing) -> tuple[str, ...]:
    """The zones that validating resolvers would fail on, were the parent to say this."""
    if standing.mode is Mode.PRIMARY or standing.trust is Trust.WITHDRAWN:
        return ()
    return unsigned_at_fallback(delegations)


def memory(delegations: Delegations, zones: Iterable[Zone]) -> Memory:
    """How long caches remember what is declared; an answer of "no such name" lives by its SOA.

    Knot gives the DNSKEY RRset the TTL of the SOA (its reference, policy, dnskey-ttl).
    """
    concerned = set(unsigned_at_fallback(delegations))
    zones = [zone for zone in zones if zone.origin.removesuffix(".") in concerned]
    ttls = [
        ttl
        for zone in zones
        for ttl in (zone.soa.ttl, zone.soa.minimum, *(rrset.ttl for rrset in zone.rrsets))
    ]
    keys = [zone.soa.ttl for zone in zones]
    return Memory(max([delegations.parent.ttl, *keys]), max([delegations.parent.ttl, *ttls]))


def stages(delegations: Delegations, now: Standing, target: Mode, caches: Memory) -> tuple[Stage, ...]:
    """The changes that lead to a mode, in order, none of which breaks validation; none when all is done.

    A way that was begun is gone on with: its waits count from when the stage before came into effect, which the
    caller knows.
    """
    concerned = unsigned_at_fallback(delegations)
    if not concerned:
        return () if now.mode is target else (Stage(0, Standing(target, now.trust), f"mode {target}"),)
    names = ", ".join(concerned)
    there, back = Standing(target, Trust.WITHDRAWN), Standing(Mode.PRIMARY, Trust.PUBLISHED)
    switch = f"mode {now.mode} -> {target}"
    if target is not Mode.PRIMARY:
        if now.mode is not Mode.PRIMARY:
            return () if now == there else (Stage(0, there, switch),)
        out = Stage(0, Standing(now.mode, Trust.WITHDRAWN), f"DS of {names} out of the parent")
        begun = () if now.trust is Trust.WITHDRAWN else (out,)
        return (*begun, Stage(caches.ds, there, switch, "no cache may hold a DS or a key any more"))
    into = Stage(
        caches.answers, back, f"DS of {names} into the parent", "no cache may hold unsigned answers any more"
    )
    if now.mode is Mode.PRIMARY:
        return () if now == back else (into,)
    return (Stage(0, Standing(target, Trust.WITHDRAWN), switch), into)


def shown(timeline: Iterable[Stage]) -> str:
    """A timeline on one line, with the seconds since its beginning and what to set."""
    at = 0
    words: list[str] = []
    for stage in timeline:
        at += stage.wait
        settings = f"mode {stage.standing.mode}, trust {stage.standing.trust}"
        words.append(f"{at} s: {stage.what} ({settings})")
    return "; ".join(words)
