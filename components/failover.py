"""The stack ``failover``: the zones at those who keep them warm, and what the parent zone says.

It needs nothing but providers' APIs, or the parent's primary: no host, no SSH, no other stack.
"""

from __future__ import annotations

from components.delegation import Delegation, DelegationConfig, DelegationResult
from components.settings import Settings
from components.zones.held import declare_outside
from components.zones.zone_result import ZoneResult


def declare_fallback_zones(settings: Settings) -> dict[str, ZoneResult]:
    """Every zone at its fallback, kept warm in every mode."""
    delegations = settings.stack.declarations.delegations
    return {
        zone.declaration.zone: declare_outside(settings, zone, delegations.fallback_of(zone.declaration))
        for zone in settings.stack.declarations.zones
    }


def declare_delegations(settings: Settings) -> dict[str, DelegationResult]:
    """What the parent says about every zone, by mode."""
    stack = settings.stack
    assert stack.mode is not None
    delegations = stack.declarations.delegations
    results = {}
    for zone in delegations.zones:
        config = DelegationConfig(
            delegations=delegations, zone=zone, mode=stack.mode, trust=stack.trust, tsig=settings.tsig
        )
        results[zone.zone] = Delegation(zone.zone, config).result
    return results
