"""A zone at whoever holds it, as ``dns/delegations.yaml`` says."""

from __future__ import annotations

from typing import assert_never

from components.settings import Settings
from components.tsig import tsig_secret
from components.zones import friend
from components.zones.cloudflare import CloudflareZone, CloudflareZoneConfig
from components.zones.zone_result import ZoneResult
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.sides import (
    CloudflareSide,
    FriendSide,
    HetznerSecondarySide,
    HetznerSide,
    SideBackend,
)

HeldOutside = HetznerSide | HetznerSecondarySide | CloudflareSide | FriendSide


def declare_outside(settings: Settings, zone: DeclaredZone, side: HeldOutside) -> ZoneResult:
    """A zone that is not on our own primary.

    Raises:
        pulumi.RunError: the backend cannot carry some of its records, or a TSIG key is missing.
    """
    name = zone.declaration.zone
    match side:
        case HetznerSide():
            from components.zones.hetzner import HetznerZone, HetznerZoneConfig  # noqa: PLC0415  half a second

            config = HetznerZoneConfig(
                zone=zone.zone, inherited_ttl=side.inherited_ttl, as_found=side.as_found
            )
            return HetznerZone(name, config).result
        case HetznerSecondarySide():
            return _transferred(settings, zone, side)
        case CloudflareSide():
            return CloudflareZone(name, CloudflareZoneConfig(zone=zone.zone, zone_id=side.zone_id)).result
        case FriendSide():
            friend.check(zone.zone)
            return ZoneResult(zone=name, held_by=SideBackend.FRIEND)
    assert_never(side)


def _transferred(settings: Settings, zone: DeclaredZone, side: HetznerSecondarySide) -> ZoneResult:
    from components.zones.hetzner_secondary import (  # noqa: PLC0415  half a second
        HetznerSecondaryZone,
        HetznerSecondaryZoneConfig,
    )

    primary = settings.stack.declarations.delegations.nameservers.own[0]
    config = HetznerSecondaryZoneConfig(
        zone=zone.zone,
        primaries=side.primaries or primary.addresses,
        port=side.port,
        secret=tsig_secret(settings.tsig, side.key),
    )
    return HetznerSecondaryZone(zone.declaration.zone, config).result
