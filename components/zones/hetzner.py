"""A zone at Hetzner DNS in primary mode, RRset by RRset."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_hcloud as hcloud

from components.zones.carried import refuse_what_is_not_carried
from components.zones.zone_result import ZoneResult
from ffinfra.dns.backends.hetzner import HetznerRRset, hetzner_rrsets
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.delegation.sides import SideBackend
from ffinfra.dns.records import Zone as ZoneModel


@dataclass(frozen=True, kw_only=True)
class HetznerZoneConfig:
    """A zone that Hetzner DNS serves, at rest or as the fallback.

    Attributes:
        zone: its declared content; SOA and apex NS are Hetzner's own.
        inherited_ttl: RRsets of this TTL have none of their own there.
        as_found: whether the zone's default TTL, labels and protection there are left alone.
    """

    zone: ZoneModel
    inherited_ttl: int | None = None
    as_found: bool = False


_LEFT = ("ttl", "labels", "deleteProtection")
"""Inputs of a zone that are not compared where it stays as it was found."""


class HetznerZone(pulumi.ComponentResource):
    """A zone at Hetzner DNS, RRset by RRset."""

    result: ZoneResult

    def __init__(self, name: str, config: HetznerZoneConfig) -> None:
        """Declare it.

        Raises:
            pulumi.RunError: Hetzner cannot carry some of its records; each is named.
        """
        super().__init__("ffinfra:dns:HetznerZone", name)
        refuse_what_is_not_carried(config.zone, Backend.HETZNER)
        zone = hcloud.Zone(
            name,
            name=name,
            mode="primary",
            ttl=config.zone.soa.minimum if config.inherited_ttl is None else config.inherited_ttl,
            delete_protection=True,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=True,
                delete_before_replace=True,
                ignore_changes=list(_LEFT) if config.as_found else None,
            ),
        )
        rrsets = [
            self._rrset(name, zone, rrset, None if rrset.ttl == config.inherited_ttl else rrset.ttl)
            for rrset in hetzner_rrsets(config.zone)
        ]
        self.result = ZoneResult(zone=name, held_by=SideBackend.HETZNER, resources=(zone, *rrsets))
        self.register_outputs({})

    def _rrset(
        self, zone_name: str, zone: hcloud.Zone, rrset: HetznerRRset, ttl: int | None
    ) -> hcloud.ZoneRrset:
        """Name the zone by its name, not by an output: a preview then knows which zone a record is for."""
        return hcloud.ZoneRrset(
            f"{zone_name} {rrset.name} {rrset.type}",
            zone=zone_name,
            name=rrset.name,
            type=rrset.type,
            ttl=ttl,
            records=[hcloud.ZoneRrsetRecordArgs(value=value) for value in rrset.values],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[zone], delete_before_replace=True),
        )
