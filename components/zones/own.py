"""A zone on our own primary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

import pulumi

from components.tsig import TSIG_ALGORITHM
from components.zones.carried import refuse_what_is_not_carried
from components.zones.zone_result import ZoneResult
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.delegation.sides import SideBackend
from ffinfra.dns.records import Zone as ZoneModel
from ffinfra.dns.zone_text import content_of, content_text
from ffinfra.hosts.secrets import UPDATE_KEY


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

    result: ZoneResult

    def __init__(self, name: str, config: OwnZoneConfig) -> None:
        """Declare it; the zone itself comes with the primary's configuration.

        Raises:
            pulumi.RunError: an update cannot carry some of its records; each is named.
        """
        super().__init__("ffinfra:dns:OwnZone", name)
        refuse_what_is_not_carried(config.zone, Backend.OWN)
        options = pulumi.ResourceOptions(parent=self, protect=True, depends_on=list(config.after))
        content = ZoneContent(name, config, options)
        self.result = ZoneResult(zone=name, held_by=SideBackend.OWN, resources=(content,))
        self.register_outputs({})
