"""From what was seen to READY or NOT READY, with every reason."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.names import is_within
from ffinfra.dns.readiness.estimates import Estimate, estimates, worst
from ffinfra.dns.readiness.facts import AccountFacts, NotAsked, ParentFacts, Unknown, ZoneFacts
from ffinfra.dns.readiness.keeping_up import drift_at_rest, expiry_of, is_renewed, keeping_up, secondaries
from ffinfra.dns.readiness.staging import Plan
from ffinfra.dns.readiness.verdict import NotLooked, Reason, ZoneReadiness

SHOWN = 5
"""Differences of one nameserver that are named; the rest is counted."""


def judge(
    delegations: Delegations, zone: DelegatedZone, target: Mode, facts: ZoneFacts, plan: Plan | None = None
) -> ZoneReadiness:
    """The readiness of one zone; what is unknown and decides counts against it.

    Args:
        delegations: nameservers and parent.
        zone: the zone.
        target: the mode to switch to.
        facts: what was seen.
        plan: the stages that the switch takes; None for a single change.
    """
    expected = _estimates(delegations, facts)
    expiry = expiry_of(delegations, zone, target, facts)
    seconds = [chain.seconds for chain in facts.targets.chains.values() if not chain.broken]
    serials = {**facts.at_rest, **facts.targets.serials}
    return ZoneReadiness(
        zone=zone.origin,
        target=target,
        reasons=tuple(_reasons(delegations, zone, target, facts, worst(expected))),
        estimates=expected,
        skipped=tuple(_skipped(delegations, zone, target, facts, expiry)),
        remarks=(
            *_parent_remarks(delegations, facts),
            *drift_at_rest(zone, target, facts),
            *_broken_at_rest(target, facts),
        ),
        primary_alive=is_renewed(delegations, zone, facts),
        way=plan.way if plan is not None else (),
        lead=plan.lead if plan is not None else 0,
        expiry=expiry,
        signatures=min(seconds, default=None),
        serials={server: serial for server, serial in serials.items() if isinstance(serial, int)},
    )


def _reasons(
    delegations: Delegations, zone: DelegatedZone, target: Mode, facts: ZoneFacts, following: int
) -> Iterator[Reason]:
    """What speaks against the switch; ``following`` is how long resolvers may take, in seconds."""
    yield from _independent(delegations, zone, target)
    yield from _answers(facts)
    yield from _authority(facts)
    yield from keeping_up(delegations, zone, target, facts, following)
    yield from _parent(delegations, facts)
    yield from _secure(facts, following)
    yield from _account(facts)


def _estimates(delegations: Delegations, facts: ZoneFacts) -> tuple[Estimate, ...]:
    """By the longest TTLs that resolvers may hold: of the parent, of the apex NS served now, and as declared."""
    seen = facts.parent.ns_ttl if isinstance(facts.parent, ParentFacts) else None
    parent_ttl = max(seen or 0, delegations.parent.ttl)
    declared = facts.apex_ns.ttl if facts.apex_ns is not None else 0
    child_ttl = max(declared, facts.apex_ttl or 0)
    return estimates(parent_ttl, child_ttl or parent_ttl)


def _skipped(
    delegations: Delegations, zone: DelegatedZone, target: Mode, facts: ZoneFacts, expiry: int | None
) -> Iterator[NotLooked]:
    if isinstance(facts.account, NotAsked):
        what = "the provider's account, and records there that nobody declared"
        yield NotLooked(what, facts.account.reason)
    if isinstance(facts.account, AccountFacts) and facts.account.unlisted:
        yield NotLooked("records in the provider's account that nobody declared", facts.account.unlisted)
    if not secondaries(delegations, zone, target):
        reason = "who serves the zone then holds it as primary, so nothing expires"
        yield NotLooked("expiry of a secondary", reason)
    elif expiry is None:
        reason = (
            "none of them tells it (RFC 7314), and no nameserver at rest was seen to live within SOA expire"
        )
        yield NotLooked("expiry of a secondary", reason)


def _account(facts: ZoneFacts) -> Iterator[Reason]:
    match facts.account:
        case NotAsked():
            return
        case Unknown(reason=reason):
            way_out = "Try again; where the provider's API is down, its page tells (ffinfra runbook names it)"
            yield Reason("account-unknown", f"the provider's word on the account lacks: {reason}", way_out)
        case AccountFacts(state=state, in_order=in_order, undeclared=undeclared):
            if not in_order:
                yield Reason("account", state, "Look at the provider's page (ffinfra runbook names it)")
            if undeclared:
                named = [str(key) for key in undeclared]
                more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
                what = f"there stands what nobody declared: {', '.join(named[:SHOWN])}{more}"
                yield Reason("undeclared", what, "Declare it in dns/zones, or remove it there")


def _independent(delegations: Delegations, zone: DelegatedZone, target: Mode) -> Iterator[Reason]:
    """Nameservers that must answer: each has an address, and no fallback's name lies in any zone of ours."""
    for server in nameservers_of(delegations, zone, target):
        if not server.addresses:
            yield Reason(
                "address-unknown", f"{server.name} has no address", "Declare it in dns/delegations.yaml"
            )
    for server in delegations.fallback_servers(zone) if target is not Mode.PRIMARY else ():
        for ours in delegations.zones:
            if is_within(f"{server.name}.", ours.origin):
                same = "the zone that it is to save" if ours == zone else "a zone of ours that fails with it"
                what = f"{server.name} lies under {ours.origin}, {same}"
                yield Reason("name-under-zone", what, "Use nameservers with names of their own")


def _answers(facts: ZoneFacts) -> Iterator[Reason]:
    by_server: dict[str, list[str]] = {}
    for one in facts.targets.comparison.disagreements:
        by_server.setdefault(one.server, []).append(f"{one.question}: {one.found}, not {one.expected}")
    for server, wrong in by_server.items():
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        what = f"{server} answers otherwise than declared: {'; '.join(wrong[:SHOWN])}{more}"
        yield Reason("answers-differ", what, "Apply the stack that holds the zone there, then look again")
    left = facts.targets.comparison.left
    if left:
        what = f"{left} of {left + facts.targets.comparison.questions} questions could not be asked in time"
        yield Reason("not-compared", what, "Ask from nearer, or for this zone alone")


def _authority(facts: ZoneFacts) -> Iterator[Reason]:
    for server, serial in facts.targets.serials.items():
        if isinstance(serial, Unknown):
            way_out = "Start it or mend the way to it; where this machine has no IPv6: --no-ipv6"
            yield Reason("no-authority", f"{server} does not speak for the zone: {serial.reason}", way_out)
    if not facts.targets.serials:
        yield Reason("nobody-asked", "no nameserver was asked", "Allow IPv4 or IPv6, and declare addresses")


def _parent(delegations: Delegations, facts: ZoneFacts) -> Iterator[Reason]:
    parent = facts.parent
    if isinstance(parent, Unknown):
        what = f"the parent's word is unknown: {parent.reason}"
        yield Reason("parent-unknown", what, "Give root hints with --hints, or mend the way to the parent")
    elif parent.ns_ttl is None or parent.undelegating:
        where = ", ".join(parent.undelegating) or "any nameserver of it"
        what = f"the zone is not delegated in {delegations.parent.origin} at {where}: nobody finds it there"
        yield Reason("not-delegated", what, "Enter the delegation in the parent (ffinfra runbook names it)")
    elif not parent.referring:
        yield _served_by_parent(delegations, parent)


def _served_by_parent(delegations: Delegations, parent: ParentFacts) -> Reason:
    """RFC 1034 section 4.3.2: a server answers from the nearest zone that it has."""
    where = ", ".join(parent.serving)
    what = f"{where}, of {delegations.parent.origin}, serves the zone too and answers from it, whatever is delegated"
    return Reason("parent-serves-zone", what, "Hold the zone at another provider than the parent's")


def _parent_remarks(delegations: Delegations, facts: ZoneFacts) -> Iterator[Reason]:
    """What makes some of the parent's nameservers unheard, or unable to refer; the others have told what counts."""
    if isinstance(facts.parent, Unknown):
        return
    origin = delegations.parent.origin
    for name in facts.parent.lacking:
        what = f"{name}, a nameserver of {origin}, has no address, so that it was not asked"
        yield Reason("parent-unresolved", what, "Mend its address, or take it out of the parent's NS set")
    for address in facts.parent.silent:
        what = f"{address}, a nameserver of {origin}, gives no usable answer"
        yield Reason("parent-silent", what, "Mend it or the way to it; a switch is watched at it too")
    if facts.parent.serving and facts.parent.referring:
        yield _served_by_parent(delegations, facts.parent)


def _secure(facts: ZoneFacts, following: int) -> Iterator[Reason]:
    """With a DS in the parent, validating resolvers must believe every nameserver, until all have followed."""
    for server, chain in facts.targets.chains.items():
        if chain.broken:
            what = f"the parent has a DS, but validating resolvers would not believe {server}: {chain.broken}"
            way_out = "Mend its signatures; else take the DS out of the parent, wait its TTL, then switch"
            yield Reason("ds-breaks", what, way_out)
        elif chain.seconds < following:
            what = f"the first signature at {server} ends in {chain.seconds} s, before all have followed"
            yield Reason("signatures-end", what, "Let the primary sign anew, and the nameserver transfer it")


def _broken_at_rest(target: Mode, facts: ZoneFacts) -> Iterator[Reason]:
    """Own nameservers that validating resolvers do not believe now, where they are not those to be switched to."""
    for server, chain in facts.rest_chains.items():
        if chain.broken and target is Mode.FALLBACK:
            what = f"validating resolvers do not believe {server}, a nameserver at rest: {chain.broken}"
            yield Reason("rest-ds-breaks", what, "Let the primary sign anew, and the nameserver transfer it")
