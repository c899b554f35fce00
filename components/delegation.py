"""What the parent zone says about one of our zones: NS, glue and DS, by mode."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.cloudflare_dns import DnsRecord, DnsRecordArgs
from ffinfra.dns.backends.cloudflare import CloudflareRecord, cloudflare_record
from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.modes import Mode, delegation_rrsets


@dataclass(frozen=True, kw_only=True)
class DelegationConfig:
    """What makes a delegation.

    Attributes:
        delegations: nameservers and parent.
        zone: the delegated zone.
        mode: which nameservers the parent names.
    """

    delegations: Delegations
    zone: DelegatedZone
    mode: Mode


class Delegation(pulumi.ComponentResource):
    """The records of one zone in its parent at Cloudflare."""

    def __init__(self, name: str, config: DelegationConfig) -> None:
        """Declare them."""
        super().__init__("ffinfra:dns:Delegation", name)
        for rrset in delegation_rrsets(config.delegations, config.zone, config.mode):
            for value in rrset.values:
                self._record(config.delegations.parent.zone_id, cloudflare_record(rrset, value))
        self.register_outputs({})

    def _record(self, zone_id: str, record: CloudflareRecord) -> None:
        """One record.

        An NS record is named with its nameserver, so that another one is a new record beside the old. Glue is
        named without its address, so that a changed address changes the record.
        """
        target = f" {record.content}" if record.type == "NS" else ""
        DnsRecord(
            f"{record.name} {record.type}{target}",
            DnsRecordArgs(
                zone_id=zone_id,
                name=record.name,
                type=record.type,
                ttl=record.ttl,
                content=record.content,
                data=record.data,
            ),
            pulumi.ResourceOptions(parent=self),
        )
