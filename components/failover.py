"""The stack ``failover``: the zones at the fallback provider, and what the parent zone says.

It needs nothing but two providers' APIs: no host, no SSH, no other stack.
"""

from __future__ import annotations

from components.delegation import Delegation, DelegationConfig
from components.settings import Settings
from components.zone import HetznerZone, HetznerZoneConfig


def declare_fallback_zones(settings: Settings) -> None:
    """Every zone at the fallback provider, kept warm in every mode."""
    for zone in settings.stack.declarations.zones:
        HetznerZone(zone.declaration.zone, HetznerZoneConfig(zone=zone.zone))


def declare_delegations(settings: Settings) -> None:
    """What the parent says about every zone, by mode."""
    assert settings.stack.mode is not None
    delegations = settings.stack.declarations.delegations
    for zone in delegations.zones:
        Delegation(zone.zone, DelegationConfig(delegations=delegations, zone=zone, mode=settings.stack.mode))
