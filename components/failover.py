"""The stack ``failover``: the zones at those who keep them warm, and what the parent zone says.

It needs nothing but providers' APIs, or the parent's primary: no host, no SSH, no other stack.
"""

from __future__ import annotations

from components.delegation import Delegation, DelegationConfig
from components.settings import Settings
from components.zones.held import declare_outside


def declare_fallback_zones(settings: Settings) -> None:
    """Every zone at its fallback, kept warm in every mode."""
    delegations = settings.stack.declarations.delegations
    for zone in settings.stack.declarations.zones:
        declare_outside(settings, zone, delegations.fallback_of(zone.declaration))


def declare_delegations(settings: Settings) -> None:
    """What the parent says about every zone, by mode."""
    stack = settings.stack
    assert stack.mode is not None
    delegations = stack.declarations.delegations
    for zone in delegations.zones:
        config = DelegationConfig(
            delegations=delegations, zone=zone, mode=stack.mode, trust=stack.trust, tsig=settings.tsig
        )
        Delegation(zone.zone, config)
