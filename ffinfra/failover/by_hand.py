"""What a person still has to change at a registrar without an API, read from the parent's nameservers."""

from __future__ import annotations

from ffinfra.dns.delegation.by_hand import change_by_hand
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.failover.convergence import Lookout
from ffinfra.failover.parent_word import parent_says


def changes_by_hand(lookout: Lookout, parent: ManualParent) -> tuple[str, ...]:
    """The exact change of every zone, a line each; none where the parent says already what it is to say.

    Raises:
        OperationalError: none of the parent's nameservers tells what it says now.
    """
    said = parent_says(lookout)
    lines: list[str] = []
    for zone in lookout.declarations.zones:
        wanted = delegation_rrsets(
            lookout.declarations.delegations, zone.declaration, lookout.mode, lookout.trust
        )
        lines += change_by_hand(parent, zone.zone.origin, said[zone.zone.origin], wanted)
    return tuple(lines)
