"""Whether Hetzner offers what a resource asks for: server type, image, location."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ffinfra.gate.changes import Change
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.rules.rule import Hit
from ffinfra.network.catalogue import Catalogue, hcloud_catalogue

_SETTINGS: Final = {
    "hcloud:index/server:Server": ("serverType", "image", "location"),
    "hcloud:index/primaryIp:PrimaryIp": ("location",),
    "hcloud:index/volume:Volume": ("location",),
}
"""Kind -> inputs that must be on offer."""


def not_offered(change: Change) -> Iterator[Hit]:
    """Settings that this change makes and that are not on offer, or cannot be judged.

    What a thing was made with long ago and keeps is not judged: it may well have left the offer since.
    """
    new, old = change.new_inputs or {}, change.old_inputs or {}
    anew = change.old_inputs is None or change.operation.replaces
    for setting in _SETTINGS.get(change.type, ()):
        value = new.get(setting)
        if value is None or (value == old.get(setting) and not anew):
            continue
        hidden = why_hidden(value)
        offered = _offered(hcloud_catalogue(), setting)
        if hidden:
            yield Hit(f"{change.name}: {setting} is {hidden}, so it cannot be judged", [change.urn])
        elif value not in offered:
            yield Hit(
                f"{change.name}: Hetzner offers no {setting} {value!r}"
                f" (catalogue of {hcloud_catalogue().as_of})",
                [change.urn],
                f"Offered are: {', '.join(sorted(offered))}",
            )


def _offered(catalogue: Catalogue, setting: str) -> frozenset[str]:
    if setting == "serverType":
        return frozenset(catalogue.server_types)
    return catalogue.images if setting == "image" else frozenset(catalogue.locations)
