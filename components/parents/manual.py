"""A parent that only a person can change: a resource that says what the parent is to say, and asks for it."""

from __future__ import annotations

import pulumi

from components.parents.records import ParentRecords
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.zone_text import content_text


class ManualDelegation(pulumi.CustomResource):
    """``freifunk:index:ManualDelegation`` of the local provider."""


def declare(
    parent: ManualParent, records: ParentRecords, options: pulumi.ResourceOptions
) -> tuple[pulumi.Resource, ...]:
    """Declare what a person is to enter for one delegation."""
    made = ManualDelegation(
        "freifunk:index:ManualDelegation",
        records.child.removesuffix("."),
        {"parent": parent.origin, "child": records.child, "content": content_text(records.rrsets)},
        options,
    )
    return (made,)
