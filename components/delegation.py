"""What the parent zone says about one of our zones: NS, glue and DS, by mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

import pulumi

from components.parents import cloudflare, manual, rfc2136
from components.parents.records import ParentRecords
from components.tsig import tsig_secret
from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import CloudflareParent, HetznerParent, ManualParent, UpdatedParent


@dataclass(frozen=True, kw_only=True)
class DelegationConfig:
    """What makes a delegation.

    Attributes:
        delegations: nameservers and parent.
        zone: the delegated zone.
        mode: which nameservers the parent names.
        trust: whether the parent has the DS of a zone with an unsigned fallback.
        tsig: TSIG key name -> secret, base64; for a parent that takes dynamic updates.
    """

    delegations: Delegations
    zone: DelegatedZone
    mode: Mode
    trust: Trust = Trust.PUBLISHED
    tsig: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class DelegationResult:
    """A delegation, ready to be depended on.

    Attributes:
        zone: the delegated zone's name without the final dot.
        nameservers: the names that the parent refers to, with the final dot.
        signed: whether the parent has a DS.
        resources: what carries the records.
    """

    zone: str
    nameservers: tuple[str, ...]
    signed: bool
    resources: tuple[pulumi.Resource, ...]


class Delegation(pulumi.ComponentResource):
    """The records of one zone in its parent."""

    result: DelegationResult

    def __init__(self, name: str, config: DelegationConfig) -> None:
        """Declare them.

        Raises:
            pulumi.RunError: the TSIG key of the parent's server is missing.
        """
        super().__init__("ffinfra:dns:Delegation", name)
        parent = config.delegations.parent
        rrsets = delegation_rrsets(config.delegations, config.zone, config.mode, config.trust)
        records = ParentRecords(child=config.zone.origin, rrsets=rrsets)
        options = pulumi.ResourceOptions(parent=self)
        match parent:
            case CloudflareParent():
                made = cloudflare.declare(parent, records, options)
            case HetznerParent():
                from components.parents import hetzner  # noqa: PLC0415  half a second that others need not spend

                made = hetzner.declare(parent, records, options)
            case UpdatedParent():
                made = rfc2136.declare(parent, records, tsig_secret(config.tsig, parent.key), options)
            case ManualParent():
                made = manual.declare(parent, records, options)
            case _:
                assert_never(parent)
        self.result = DelegationResult(
            zone=config.zone.zone,
            nameservers=tuple(value for one in rrsets if one.type == "NS" for value in one.values),
            signed=any(one.type == "DS" for one in rrsets),
            resources=made,
        )
        self.register_outputs({})
