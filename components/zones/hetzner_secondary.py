"""A zone at Hetzner DNS in secondary mode: transferred with TSIG from our primary, which need not be public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

import pulumi
import pulumi_hcloud as hcloud

from components.tsig import TSIG_ALGORITHM
from components.zones.carried import refuse_what_is_not_carried
from components.zones.zone_result import ZoneResult
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.delegation.sides import SideBackend
from ffinfra.dns.records import Zone as ZoneModel


@dataclass(frozen=True, kw_only=True)
class HetznerSecondaryZoneConfig:
    """A zone that Hetzner DNS transfers from us.

    Attributes:
        zone: its declared content; all of it comes by transfer.
        primaries: where it transfers from.
        port: of those.
        secret: the TSIG secret of the transfer, base64.
    """

    zone: ZoneModel
    primaries: Sequence[IPv4Address | IPv6Address]
    port: int
    secret: str = field(repr=False)


class HetznerSecondaryZone(pulumi.ComponentResource):
    """The zone; no record is declared there."""

    result: ZoneResult

    def __init__(self, name: str, config: HetznerSecondaryZoneConfig) -> None:
        """Declare it.

        Raises:
            pulumi.RunError: a transfer cannot carry some of its records; each is named.
        """
        super().__init__("ffinfra:dns:HetznerSecondaryZone", name)
        refuse_what_is_not_carried(config.zone, Backend.FRIEND)
        zone = hcloud.Zone(
            name,
            name=name,
            mode="secondary",
            primary_nameservers=[
                hcloud.ZonePrimaryNameserverArgs(
                    address=str(address),
                    port=config.port,
                    tsig_algorithm=TSIG_ALGORITHM,
                    tsig_key=pulumi.Output.secret(config.secret),
                )
                for address in config.primaries
            ],
            delete_protection=True,
            opts=pulumi.ResourceOptions(parent=self, protect=True, delete_before_replace=True),
        )
        self.result = ZoneResult(zone=name, held_by=SideBackend.HETZNER_SECONDARY, resources=(zone,))
        self.register_outputs({})
