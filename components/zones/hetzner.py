"""A zone at Hetzner DNS in primary mode, RRset by RRset."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_hcloud as hcloud

from components.zones.carried import refuse_what_is_not_carried
from ffinfra.dns.backends.hetzner import HetznerRRset, hetzner_rrsets
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.records import Zone as ZoneModel


@dataclass(frozen=True, kw_only=True)
class HetznerZoneConfig:
    """A zone that Hetzner DNS serves, at rest or as the fallback.

    Attributes:
        zone: its declared content; SOA and apex NS are Hetzner's own.
    """

    zone: ZoneModel


class HetznerZone(pulumi.ComponentResource):
    """A zone at Hetzner DNS, RRset by RRset."""

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
            ttl=config.zone.soa.minimum,
            delete_protection=True,
            opts=pulumi.ResourceOptions(parent=self, protect=True, delete_before_replace=True),
        )
        for rrset in hetzner_rrsets(config.zone):
            self._rrset(name, zone, rrset)
        self.register_outputs({})

    def _rrset(self, zone_name: str, zone: hcloud.Zone, rrset: HetznerRRset) -> None:
        """Name the zone by its name, not by an output: a preview then knows which zone a record is for."""
        hcloud.ZoneRrset(
            f"{zone_name} {rrset.name} {rrset.type}",
            zone=zone_name,
            name=rrset.name,
            type=rrset.type,
            ttl=rrset.ttl,
            records=[hcloud.ZoneRrsetRecordArgs(value=value) for value in rrset.values],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[zone], delete_before_replace=True),
        )
