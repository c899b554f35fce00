"""Where the parent zone's records stand, in the words of the view on DNS changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ffinfra.gate.carried_records import Carrier

if TYPE_CHECKING:
    from ffinfra.dns.delegation.parents import Parent


def place_of_parent(parent: Parent) -> tuple[Carrier, str]:
    """The carrier of the parent's records and the zone's name there."""
    from ffinfra.dns.delegation.parents import (  # noqa: PLC0415 - the model, where there is a parent
        CloudflareParent,
        HetznerParent,
        ManualParent,
        UpdatedParent,
    )

    match parent:
        case CloudflareParent():
            return Carrier.CLOUDFLARE, parent.zone_id
        case HetznerParent():
            return Carrier.HETZNER, parent.origin
        case UpdatedParent():
            return Carrier.PARENT_SERVER, parent.origin
        case ManualParent():
            return Carrier.REGISTRAR, parent.origin
    assert_never(parent)
