"""A parent zone at Hetzner DNS: one ZoneRrset an RRset. The zone itself is not ours to make."""

from __future__ import annotations

import pulumi
import pulumi_hcloud as hcloud

from components.parents.records import ParentRecords
from ffinfra.dns.delegation.parents import HetznerParent
from ffinfra.dns.names import relative


def declare(
    parent: HetznerParent, records: ParentRecords, options: pulumi.ResourceOptions
) -> tuple[pulumi.Resource, ...]:
    """Declare the RRsets of one delegation."""
    return tuple(
        hcloud.ZoneRrset(
            f"{rrset.owner.removesuffix('.')} {rrset.type}",
            zone=parent.zone,
            name=relative(rrset.owner, parent.origin),
            type=rrset.type,
            ttl=rrset.ttl,
            records=[hcloud.ZoneRrsetRecordArgs(value=value) for value in rrset.values],
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        for rrset in records.rrsets
    )
