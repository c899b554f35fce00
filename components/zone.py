"""One zone on one backend: our own primary, or Hetzner DNS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

import pulumi
import pulumi_hcloud as hcloud

from ffinfra.dns.backends.hetzner import HetznerRRset, hetzner_rrsets
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.backends.refusals import refusals
from ffinfra.dns.records import Zone as ZoneModel
from ffinfra.dns.zone_text import content_of, content_text
from ffinfra.hosts.secrets import UPDATE_KEY

TSIG_ALGORITHM = "hmac-sha256"


@dataclass(frozen=True, kw_only=True)
class OwnZoneConfig:
    """A zone that our own primary serves.

    Attributes:
        zone: its declared content.
        primary: where the primary answers.
        update_key: the TSIG secret that may change it, base64.
        after: what must be in place first, such as the primary's configuration.
    """

    zone: ZoneModel
    primary: IPv4Address | IPv6Address
    update_key: str = field(repr=False)
    after: Sequence[pulumi.Resource]


class ZoneContent(pulumi.CustomResource):
    """A zone's content as one resource of the local provider: RFC 2136 in, AXFR or IXFR out."""

    def __init__(self, name: str, config: OwnZoneConfig, options: pulumi.ResourceOptions) -> None:
        """Declare it."""
        soa = config.zone.soa
        super().__init__(
            "freifunk:index:ZoneContent",
            name,
            {
                "zone": config.zone.origin,
                "content": content_text(content_of(config.zone)),
                "soa": {
                    "mname": soa.mname,
                    "rname": soa.rname,
                    "refresh": soa.refresh,
                    "retry": soa.retry,
                    "expire": soa.expire,
                    "minimum": soa.minimum,
                    "ttl": soa.ttl,
                },
                "server": {"address": str(config.primary), "port": 53},
                "tsig": pulumi.Output.secret(
                    {"name": UPDATE_KEY, "algorithm": TSIG_ALGORITHM, "secret": config.update_key}
                ),
            },
            options,
        )


class OwnZone(pulumi.ComponentResource):
    """A zone on our own primary."""

    def __init__(self, name: str, config: OwnZoneConfig) -> None:
        """Declare it; the zone itself comes with the primary's configuration."""
        super().__init__("ffinfra:dns:OwnZone", name)
        options = pulumi.ResourceOptions(parent=self, protect=True, depends_on=list(config.after))
        ZoneContent(name, config, options)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class HetznerZoneConfig:
    """A zone that Hetzner DNS serves, kept warm as the fallback.

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
        refused = refusals(config.zone, Backend.HETZNER)
        if refused:
            raise pulumi.RunError("\n".join(str(one) for one in refused))
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
