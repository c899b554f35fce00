"""From what was seen to READY or NOT READY, with every reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.modes import Mode, nameservers_of
from ffinfra.dns.delegation.sides import OwnSide, TransferringSide
from ffinfra.dns.names import is_within
from ffinfra.dns.readiness.estimates import Estimate, estimates
from ffinfra.dns.readiness.facts import ParentFacts, Unknown, ZoneFacts

SHOWN = 5
"""Differences of one nameserver that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a zone is not ready.

    Attributes:
        id: stable.
        what: what is wrong, with names.
        way_out: what to do.
    """

    id: str
    what: str
    way_out: str


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Something that this run could not look at, and that does not decide alone."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class ZoneReadiness:
    """Whether one zone can be switched.

    Attributes:
        zone: its name.
        target: the mode to switch to.
        reasons: why not; none means READY.
        estimates: the worst case by class of resolver; TTLs that are not known count as declared.
        skipped: what was not looked at.
        primary_alive: whether secondaries at the fallback could renew the zone when it was asked.
    """

    zone: str
    target: Mode
    reasons: tuple[Reason, ...]
    estimates: tuple[Estimate, ...]
    skipped: tuple[NotLooked, ...]
    primary_alive: bool = False

    @property
    def ready(self) -> bool:
        """Whether nothing speaks against the switch."""
        return not self.reasons


def judge(delegations: Delegations, zone: DelegatedZone, target: Mode, facts: ZoneFacts) -> ZoneReadiness:
    """The readiness of one zone; what is unknown and decides counts against it.

    Args:
        delegations: nameservers and parent.
        zone: the zone.
        target: the mode to switch to.
        facts: what was seen.
    """
    reasons = (
        *_independent(delegations, zone, target),
        *_answers(facts),
        *_serials(facts, one_source=_one_source(delegations, zone, target)),
        *_parent(facts),
        *_secure(facts),
        *_account(facts),
    )
    seen = facts.parent.ns_ttl if isinstance(facts.parent, ParentFacts) else None
    parent_ttl = max(seen or 0, delegations.parent.ttl)
    child_ttl = facts.apex_ns.ttl if facts.apex_ns is not None else parent_ttl
    skipped = tuple(_skipped(delegations, zone, facts))
    return ZoneReadiness(
        zone.origin, target, reasons, estimates(parent_ttl, child_ttl), skipped, facts.primary_alive
    )


def _expiry(delegations: Delegations, zone: DelegatedZone) -> str:
    """Why it is not looked at how long a fallback still answers without its primary (RFC 1035 section 3.3.13)."""
    if isinstance(delegations.fallback_of(zone), TransferringSide):
        return (
            "no secondary tells when it last had the zone confirmed; what follows from the SOA is told apart"
        )
    return "the fallback holds the zones as primary, so nothing expires"


def _skipped(delegations: Delegations, zone: DelegatedZone, facts: ZoneFacts) -> Iterator[NotLooked]:
    if isinstance(facts.account, Unknown):
        what = "the provider's account, and records there that nobody declared"
        yield NotLooked(what, facts.account.reason)
    yield NotLooked("expiry of a secondary", _expiry(delegations, zone))


def _account(facts: ZoneFacts) -> Iterator[Reason]:
    if isinstance(facts.account, Unknown):
        return
    if not facts.account.in_order:
        yield Reason("account", facts.account.state, "Look at the provider's page (ffinfra runbook names it)")
    if facts.account.undeclared:
        named = [str(key) for key in facts.account.undeclared]
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        what = f"there stands what nobody declared: {', '.join(named[:SHOWN])}{more}"
        yield Reason("undeclared", what, "Declare it in dns/zones, or remove it at the provider")


def _independent(delegations: Delegations, zone: DelegatedZone, target: Mode) -> Iterator[Reason]:
    """Nameservers that must answer: each has an address, and a fallback's name lives outside our zones."""
    for server in nameservers_of(delegations, zone, target):
        if not server.addresses:
            yield Reason(
                "address-unknown", f"{server.name} has no address", "Declare it in dns/delegations.yaml"
            )
        if target is Mode.FALLBACK and is_within(f"{server.name}.", zone.origin):
            what = f"{server.name} lies under {zone.origin}, the zone that it is to save"
            yield Reason("name-under-zone", what, "Use nameservers with names of their own")


def _answers(facts: ZoneFacts) -> Iterator[Reason]:
    by_server: dict[str, list[str]] = {}
    for one in facts.targets.comparison.disagreements:
        by_server.setdefault(one.server, []).append(f"{one.question}: {one.found}, not {one.expected}")
    for server, wrong in by_server.items():
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        what = f"{server} answers otherwise than declared: {'; '.join(wrong[:SHOWN])}{more}"
        yield Reason("answers-differ", what, "Apply the stack that holds the zone there, then look again")


def _one_source(delegations: Delegations, zone: DelegatedZone, target: Mode) -> bool:
    """Whether all nameservers of a mode have the zone from one primary, so that their serials must agree."""
    transferred = isinstance(delegations.fallback_of(zone), TransferringSide)
    match target:
        case Mode.PRIMARY:
            return True
        case Mode.MIXED:
            return transferred and isinstance(zone.primary, OwnSide)
        case Mode.FALLBACK:
            return transferred
    assert_never(target)


def _serials(facts: ZoneFacts, *, one_source: bool) -> Iterator[Reason]:
    known: dict[int, list[str]] = {}
    for server, serial in facts.targets.serials.items():
        if isinstance(serial, Unknown):
            way_out = "Start it or mend the way to it; where this machine has no IPv6: --no-ipv6"
            yield Reason("no-authority", f"{server} does not speak for the zone: {serial.reason}", way_out)
        else:
            known.setdefault(serial, []).append(server)
    if not facts.targets.serials:
        yield Reason("nobody-asked", "no nameserver was asked", "Allow IPv4 or IPv6, and declare addresses")
    if one_source and len(known) > 1:
        parts = "; ".join(f"{serial} at {', '.join(servers)}" for serial, servers in sorted(known.items()))
        yield Reason("out-of-sync", f"the serials differ: {parts}", "Wait for the transfer, or mend it")


def _parent(facts: ZoneFacts) -> Iterator[Reason]:
    if isinstance(facts.parent, Unknown):
        what = f"the parent's word is unknown: {facts.parent.reason}"
        yield Reason("parent-unknown", what, "Give root hints with --hints, or mend the way to the parent")


def _secure(facts: ZoneFacts) -> Iterator[Reason]:
    """With a DS in the parent, every nameserver must have a key that it stands for (RFC 4035 section 5.2)."""
    if isinstance(facts.parent, Unknown) or not facts.parent.ds:
        return
    for server, keys in facts.targets.keys.items():
        if not facts.parent.ds & keys:
            yield Reason(
                "ds-breaks",
                f"the parent has a DS, but {server} has no key for it: validating resolvers would fail",
                "Take the DS out of the parent, wait its TTL, then switch",
            )
