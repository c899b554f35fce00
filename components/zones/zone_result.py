"""What a zone's component hands on."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from ffinfra.dns.delegation.sides import SideBackend


@dataclass(frozen=True, kw_only=True)
class ZoneResult:
    """A zone at its holder, ready to be depended on.

    Attributes:
        zone: its name without the final dot.
        held_by: who holds it.
        resources: what carries it there; none where others transfer it.
    """

    zone: str
    held_by: SideBackend
    resources: tuple[pulumi.Resource, ...] = ()
