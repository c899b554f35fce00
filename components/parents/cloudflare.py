"""A parent zone at Cloudflare: one DnsRecord a record."""

from __future__ import annotations

import pulumi

from components.cloudflare_dns import DnsRecord, DnsRecordArgs
from components.parents.records import ParentRecords
from ffinfra.dns.backends.cloudflare import cloudflare_record
from ffinfra.dns.delegation.parents import CloudflareParent
from ffinfra.dns.records import RRset


def declare(
    parent: CloudflareParent, records: ParentRecords, options: pulumi.ResourceOptions
) -> tuple[pulumi.Resource, ...]:
    """Declare the records of one delegation."""
    found: list[pulumi.Resource] = []
    for rrset in records.rrsets:
        for value in rrset.values:
            record = cloudflare_record(rrset, value)
            args = DnsRecordArgs(
                zone_id=parent.zone_id,
                name=record.name,
                type=record.type,
                ttl=record.ttl,
                content=record.content,
                data=record.data,
            )
            found.append(DnsRecord(_name(rrset, value, record.name), args, options))
    return tuple(found)


def _name(rrset: RRset, value: str, owner: str) -> str:
    """The resource's name.

    An NS or DS record is named with its value, so that another one is a new record beside the old. Glue is named
    without its address, so that a changed address changes the record.
    """
    if rrset.type in ("NS", "DS"):
        return f"{owner} {rrset.type} {value.removesuffix('.')}"
    return f"{owner} {rrset.type}"
