"""Whether a change is a switch of the delegation and nothing else."""

from __future__ import annotations

from ffinfra.gate.context import GateContext
from ffinfra.gate.parent_zone import place_of_parent
from ffinfra.stack_kind import StackKind


def is_switch(context: GateContext) -> bool:
    """Whether all that a change of the failover stack does is done to records in the parent zone.

    A switch in an emergency must pass where other changes may wait; one that changes nothing holds nobody up either.
    """
    if context.kind is not StackKind.FAILOVER or context.declarations is None:
        return False
    parent = place_of_parent(context.declarations.delegations.parent)
    of_parent = {
        urn for zone in context.dns.zones if (zone.carrier, zone.zone) == parent for urn in zone.urns
    }
    return all(change.urn in of_parent for change in context.changes.effective if change.custom)
