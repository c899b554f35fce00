"""A parent zone whose primary takes dynamic updates: the whole delegation as one resource, changed atomically."""

from __future__ import annotations

import pulumi

from components.parents.records import ParentRecords
from components.tsig import TSIG_ALGORITHM
from ffinfra.dns.delegation.parents import UpdatedParent
from ffinfra.dns.zone_text import content_text


class UpdatedDelegation(pulumi.CustomResource):
    """``freifunk:index:UpdatedDelegation`` of the local provider."""


def declare(
    parent: UpdatedParent, records: ParentRecords, secret: str, options: pulumi.ResourceOptions
) -> tuple[pulumi.Resource, ...]:
    """Declare the records of one delegation; ``secret`` is the TSIG secret, base64."""
    made = UpdatedDelegation(
        "freifunk:index:UpdatedDelegation",
        records.child.removesuffix("."),
        {
            "parent": parent.origin,
            "child": records.child,
            "content": content_text(records.rrsets),
            "server": {"address": str(parent.server), "port": parent.port},
            "tsig": pulumi.Output.secret({"name": parent.key, "algorithm": TSIG_ALGORITHM, "secret": secret}),
        },
        options,
    )
    return (made,)
