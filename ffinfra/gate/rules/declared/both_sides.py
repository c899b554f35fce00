"""Own and fallback nameservers are never touched in one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.sides import HetznerSide
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.declared_sides import Facts, fallback_facts, own_facts, touched
from ffinfra.gate.earlier import Earlier, EarlierDeclarations, NothingYet, NotKnown
from ffinfra.gate.findings import Severity
from ffinfra.gate.machines import machine_of
from ffinfra.gate.operations import Operation
from ffinfra.gate.parent_zone import place_of_parent
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.gate.switches import is_switch
from ffinfra.stack import Declarations
from ffinfra.stack_kind import StackKind

_HETZNER_ZONE = "hcloud:index/zone:Zone"


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    own = {*_own_machines(context), *_zones(context, fallback=False), *_changed_names(context, own=True)}
    fallback = {*_zones(context, fallback=True), *_changed_names(context, own=False)}
    if own and fallback:
        yield Hit(
            f"{len(own)} changes touch the own nameservers and {len(fallback)} the fallback's",
            own | fallback,
        )
    elif not is_switch(context):
        yield from _across_stacks(context, context.declarations)


def _across_stacks(context: GateContext, declared: Declarations) -> Iterator[Hit]:
    """A commit that touches both sides shows in each stack's preview as one side alone: declarations are compared.

    Each side is compared with what its own stack was changed to last, so that two commits, applied one after the
    other, pass.
    """
    delegations = declared.delegations
    own = own_facts(declared.network, delegations)
    sides = [
        _since(context.earlier_of(StackKind.PROD), lambda was: own_facts(was.network, was.delegations), own),
        _since(
            context.earlier_of(StackKind.FAILOVER),
            lambda was: fallback_facts(was.delegations),
            fallback_facts(delegations),
        ),
    ]
    changed = [side for side in sides if not isinstance(side, NotKnown) and side]
    unknown = [side.reason for side in sides if isinstance(side, NotKnown)]
    if len(changed) == len(sides):
        names = [name for side in changed for name in side]
        yield Hit(f"the declarations change both sides at once, over both stacks: {', '.join(names)}", names)
    elif changed and unknown:
        yield Hit(
            f"the declarations change {', '.join(changed[0])}; whether they change the other side too is not"
            f" known: {unknown[0]}",
            changed[0],
            "See in git that this commit leaves the other side alone",
            Severity.NOTE,
        )


def _since(
    earlier: EarlierDeclarations, facts_of: Callable[[Earlier], Facts], after: Facts
) -> tuple[str, ...] | NotKnown:
    """What of a side differs from what was applied last."""
    match earlier:
        case Earlier():
            return tuple(touched(facts_of(earlier), after))
        case NotKnown():
            return earlier
        case NothingYet():
            return ()
    assert_never(earlier)


def _own_machines(context: GateContext) -> Iterator[str]:
    assert context.declarations is not None
    network = context.declarations.network
    names = [machine.name for machine in (*network.guests, *network.hosts)]
    servers = {server.name for server in network.nameservers}
    for change in context.changes.effective:
        if machine_of(change, names) in servers and _alters(change):
            yield change.urn


def _zones(context: GateContext, *, fallback: bool) -> Iterator[str]:
    """Zones at Hetzner: of the own side where prod holds them at rest, else of the fallback."""
    assert context.declarations is not None
    at_rest = {
        zone.zone
        for zone in context.declarations.delegations.zones
        if isinstance(zone.primary, HetznerSide) and context.kind is not StackKind.FAILOVER
    }
    for change in context.changes.effective:
        name = (change.new_inputs or change.old_inputs or {}).get("name")
        if change.type == _HETZNER_ZONE and (name not in at_rest) is fallback and _alters(change):
            yield change.urn


def _alters(change: Change) -> bool:
    """Whether something that served before is changed; a first creation puts nothing at risk."""
    return change.operation is not Operation.CREATE


def _changed_names(context: GateContext, *, own: bool) -> Iterator[str]:
    """Delegations in which the parent's set of own (or fallback) nameservers changes in part.

    A switch of mode takes one whole side out or in and is no change of that side.
    """
    assert context.declarations is not None
    delegations = context.declarations.delegations
    declared, other = _names(delegations, own=own), _names(delegations, own=not own)
    parent = place_of_parent(delegations.parent)
    for zone in context.dns.zones:
        if (zone.carrier, zone.zone) != parent:
            continue
        for change in zone.differences.changes:
            if change.key.type == "NS" and change.old is not None and change.new is not None:
                before, after = set(change.old.values) - other, set(change.new.values) - other
                if before and after and before != after and (before | after) & declared:
                    yield str(change.key)


def _names(delegations: Delegations, *, own: bool) -> frozenset[str]:
    """The nameservers of one side, of all zones."""
    side = delegations.primary_servers if own else delegations.fallback_servers
    return frozenset(f"{server.name}." for zone in delegations.zones for server in side(zone))


RULE = Rule(
    identifier="both-sides",
    title="own and fallback nameservers are never changed at once",
    why="A change that breaks one side is survived by the other; one that breaks both is not.",
    severity=Severity.BLOCK,
    way_out="Split it: change one side, check that it answers (ffinfra dns ready), then the other",
    evaluate=_evaluate,
    needs_declarations=True,
)
