"""A zone at Cloudflare, record by record, nothing proxied."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.cloudflare_dns import DnsRecord, DnsRecordArgs
from components.zones.carried import refuse_what_is_not_carried
from components.zones.zone_result import ZoneResult
from ffinfra.dns.backends.cloudflare import cloudflare_record
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.backends.refusals import carried_rrsets
from ffinfra.dns.delegation.sides import SideBackend
from ffinfra.dns.names import relative
from ffinfra.dns.records import RRset
from ffinfra.dns.records import Zone as ZoneModel


@dataclass(frozen=True, kw_only=True)
class CloudflareZoneConfig:
    """A zone that Cloudflare serves, at rest or as the fallback.

    Attributes:
        zone: its declared content; SOA and apex NS are Cloudflare's own.
        zone_id: its identifier there; the zone was made by hand.
    """

    zone: ZoneModel
    zone_id: str


class CloudflareZone(pulumi.ComponentResource):
    """The records of a zone at Cloudflare."""

    result: ZoneResult

    def __init__(self, name: str, config: CloudflareZoneConfig) -> None:
        """Declare them.

        Raises:
            pulumi.RunError: Cloudflare cannot carry some of them; each is named.
        """
        super().__init__("ffinfra:dns:CloudflareZone", name)
        refuse_what_is_not_carried(config.zone, Backend.CLOUDFLARE)
        records = [
            self._record(config, rrset, value)
            for rrset in carried_rrsets(config.zone, Backend.CLOUDFLARE)
            for value in rrset.values
        ]
        self.result = ZoneResult(zone=name, held_by=SideBackend.CLOUDFLARE, resources=tuple(records))
        self.register_outputs({})

    def _record(self, config: CloudflareZoneConfig, rrset: RRset, value: str) -> DnsRecord:
        """One record, named with its value, so that another one is a new record; a CNAME is alone and changes."""
        record = cloudflare_record(rrset, value)
        origin = config.zone.origin
        name = f"{origin.removesuffix('.')} {relative(rrset.owner, origin)} {rrset.type}"
        return DnsRecord(
            name if rrset.type == "CNAME" else f"{name} {value}",
            DnsRecordArgs(
                zone_id=config.zone_id,
                name=record.name,
                type=record.type,
                ttl=record.ttl,
                content=record.content,
                priority=record.priority,
                data=record.data,
            ),
            pulumi.ResourceOptions(parent=self),
        )
