"""Whether nameservers that have a zone from a primary are at its serial, and how long they go on without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from ffinfra.dns.check.serials import compare
from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.delegation.sides import OwnSide
from ffinfra.dns.readiness.expiry import shortest_life
from ffinfra.dns.readiness.facts import Unknown, ZoneFacts
from ffinfra.dns.readiness.verdict import Reason


def keeping_up(
    delegations: Delegations, zone: DelegatedZone, target: Mode, facts: ZoneFacts, following: int
) -> Iterator[Reason]:
    """What speaks against nameservers that are to have the zone from one primary.

    Args:
        delegations: nameservers and parent.
        zone: the zone.
        target: the mode to switch to.
        facts: what was seen.
        following: seconds until every resolver has followed, at worst.
    """
    parts = _by_serial(facts.targets.serials)
    if _one_source(delegations, zone, target) and len(parts) > 1:
        yield Reason(
            "out-of-sync", f"the serials differ: {_listed(parts)}", "Wait for the transfer, or mend it"
        )
    elif target is Mode.FALLBACK and delegations.shares_source(zone):
        yield from _behind(facts)
    expiry = expiry_of(delegations, zone, target, facts)
    if expiry is not None and expiry < following:
        ends = f"may end in {expiry} s"
        what = (
            f"the secondaries live by their SOA's expire, which {ends}; following takes up to {following} s"
        )
        yield Reason("expires", what, "Bring a primary back that they can transfer from, or raise SOA expire")


def expiry_of(delegations: Delegations, zone: DelegatedZone, target: Mode, facts: ZoneFacts) -> int | None:
    """Seconds that the secondaries among a mode's nameservers go on without a primary; None where nobody knows.

    Our own tell it themselves or not at all: one of them is the primary, and which is not declared here.
    """
    named = secondaries(delegations, zone, target)
    speaking = [one for one, serial in facts.targets.serials.items() if isinstance(serial, int)]
    known = [server for server in speaking if server in named]
    unconfirmed = facts.unconfirmed if target is not Mode.PRIMARY else None
    return shortest_life(known, facts.targets.expires, facts.soa, unconfirmed)


def secondaries(delegations: Delegations, zone: DelegatedZone, target: Mode) -> frozenset[str]:
    """The addresses among a mode's nameservers where the zone may expire."""
    match target:
        case Mode.PRIMARY:
            return _addresses(delegations.primary_servers(zone) if isinstance(zone.primary, OwnSide) else ())
        case Mode.MIXED | Mode.FALLBACK:
            return _addresses(delegations.fallback_servers(zone) if delegations.shares_source(zone) else ())
    assert_never(target)


def is_renewed(delegations: Delegations, zone: DelegatedZone, facts: ZoneFacts) -> bool:
    """Whether one of the nameservers at rest lives, from which secondaries at the fallback renew the zone."""
    return delegations.shares_source(zone) and any(isinstance(one, int) for one in facts.at_rest.values())


def drift_at_rest(zone: DelegatedZone, target: Mode, facts: ZoneFacts) -> Iterator[Reason]:
    """Own nameservers that differ among themselves, where they are not those to be switched to."""
    parts = _by_serial(facts.at_rest)
    if target is Mode.FALLBACK and isinstance(zone.primary, OwnSide) and len(parts) > 1:
        what = f"the nameservers at rest differ in their serials: {_listed(parts)}"
        yield Reason("rest-out-of-sync", what, "Wait for the transfer, or mend it")


def _behind(facts: ZoneFacts) -> Iterator[Reason]:
    """A secondary whose serial comes before that of a living nameserver at rest (RFC 1982)."""
    newest = _newest(serial for serial in facts.at_rest.values() if isinstance(serial, int))
    for server, serial in facts.targets.serials.items():
        if newest is not None and isinstance(serial, int) and compare(serial, newest) < 0:
            what = f"{server} is behind: it has serial {serial}, the nameservers at rest have {newest}"
            way_out = (
                "Wait for the transfer; else look at its log, and at the key and addresses of the transfer"
            )
            yield Reason("behind", what, way_out)


def _newest(serials: Iterable[int]) -> int | None:
    newest: int | None = None
    for serial in serials:
        newest = serial if newest is None or compare(serial, newest) > 0 else newest
    return newest


def _one_source(delegations: Delegations, zone: DelegatedZone, target: Mode) -> bool:
    """Whether all nameservers of a mode have the zone from one primary, so that their serials must agree."""
    match target:
        case Mode.PRIMARY:
            return True
        case Mode.MIXED | Mode.FALLBACK:
            return delegations.shares_source(zone)
    assert_never(target)


def _by_serial(serials: Mapping[str, int | Unknown]) -> dict[int, list[str]]:
    parts: dict[int, list[str]] = {}
    for server, serial in serials.items():
        if isinstance(serial, int):
            parts.setdefault(serial, []).append(server)
    return parts


def _listed(parts: Mapping[int, Sequence[str]]) -> str:
    return "; ".join(f"{serial} at {', '.join(servers)}" for serial, servers in sorted(parts.items()))


def _addresses(servers: Iterable[NameserverAddress]) -> frozenset[str]:
    return frozenset(str(address) for server in servers for address in server.addresses)
