"""A zone at whoever holds it, as ``dns/delegations.yaml`` says."""

from __future__ import annotations

from typing import assert_never

from components.settings import Settings
from components.tsig import tsig_secret
from components.zones import friend
from components.zones.cloudflare import CloudflareZone, CloudflareZoneConfig
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.sides import CloudflareSide, FriendSide, HetznerSecondarySide, HetznerSide

HeldOutside = HetznerSide | HetznerSecondarySide | CloudflareSide | FriendSide


def declare_outside(settings: Settings, zone: DeclaredZone, side: HeldOutside) -> None:
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
            HetznerZone(name, config)
        case HetznerSecondarySide():
            _transferred(settings, zone, side)
        case CloudflareSide():
            CloudflareZone(name, CloudflareZoneConfig(zone=zone.zone, zone_id=side.zone_id))
        case FriendSide():
            friend.check(zone.zone)
        case _:
            assert_never(side)


def _transferred(settings: Settings, zone: DeclaredZone, side: HetznerSecondarySide) -> None:
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
    HetznerSecondaryZone(zone.declaration.zone, config)
