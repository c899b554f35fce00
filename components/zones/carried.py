"""What a backend cannot carry stops the program at preview, with the records named."""

from __future__ import annotations

import pulumi

from ffinfra.dns.backends.limits import Backend, shown_name
from ffinfra.dns.backends.refusals import refusals
from ffinfra.dns.records import Zone


def refuse_what_is_not_carried(zone: Zone, backend: Backend) -> None:
    """Stop where a backend cannot carry a zone.

    Raises:
        pulumi.RunError: with everything that it cannot carry.
    """
    found = refusals(zone, backend)
    if found:
        lines = "".join(f"\n  {one}" for one in found)
        raise pulumi.RunError(f"{zone.origin} cannot be held by {shown_name(backend)}:{lines}")
