"""A zone at a friend's secondaries: nothing is written there, but what a transfer cannot carry is refused."""

from __future__ import annotations

from components.zones.carried import refuse_what_is_not_carried
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.records import Zone


def check(zone: Zone) -> None:
    """Stop where the zone cannot be transferred.

    Raises:
        pulumi.RunError: with everything that a transfer cannot carry.
    """
    refuse_what_is_not_carried(zone, Backend.FRIEND)
