"""Whether Hetzner offers what a resource asks for: server type, image, location."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from ffinfra.gate.changes import Change
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.findings import Severity
from ffinfra.gate.machines import PRIMARY_IP, SERVER
from ffinfra.gate.preflight.account_facts import Account, AskedAccount
from ffinfra.gate.rules.rule import Hit

if TYPE_CHECKING:
    from ffinfra.network.catalogue import Catalogue

_SETTINGS: Final = {
    SERVER: ("serverType", "image", "location"),
    PRIMARY_IP: ("location",),
    "hcloud:index/volume:Volume": ("location",),
}
"""Kind -> inputs that must be on offer."""
OLD: Final = timedelta(days=180)
"""From this age on the catalogue's word is doubted: types come and go within half a year."""


def not_offered(changes: Iterable[Change], account: AskedAccount, today: date) -> Iterator[Hit]:
    """Settings that a change makes and that are not on offer, or cannot be judged."""
    asked = account if isinstance(account, Account) else None
    judged = [(change, setting) for change in changes for setting in _made(change)]
    for change, setting in judged:
        yield from _offered(change, setting, asked)
    if judged and asked is None and today - (catalogue := _catalogue()).as_of > OLD:
        yield Hit(
            f"what Hetzner offers is judged by a catalogue of {catalogue.as_of},"
            f" {(today - catalogue.as_of).days} days old",
            {change.urn for change, _ in judged},
            "Let ffinfra preview --live ask Hetzner, or bring ffinfra/network/hcloud_catalogue.yaml up to date",
            Severity.NOTE,
        )


def _made(change: Change) -> Iterator[str]:
    """What a thing was made with long ago and keeps is left out: it may well have left the offer since."""
    new, old = change.new_inputs or {}, change.old_inputs or {}
    anew = change.old_inputs is None or change.operation.replaces
    for setting in _SETTINGS.get(change.type, ()):
        if new.get(setting) is not None and (anew or new[setting] != old.get(setting)):
            yield setting


def _offered(change: Change, setting: str, asked: Account | None) -> Iterator[Hit]:
    inputs = change.new_inputs or {}
    value = inputs[setting]
    offered = _all_offered(setting, asked)
    hidden = why_hidden(value)
    if hidden:
        yield Hit(f"{change.name}: {setting} is {hidden}, so it cannot be judged", [change.urn])
    elif value not in offered:
        source = "asked now" if asked else f"catalogue of {_catalogue().as_of}"
        yield Hit(
            f"{change.name}: Hetzner offers no {setting} {value!r} ({source})",
            [change.urn],
            f"Offered are: {', '.join(sorted(offered))}",
        )
    elif asked is not None and setting == "serverType" and not _there(asked, value, inputs.get("location")):
        yield Hit(
            f"{change.name}: Hetzner offers {value} only at {', '.join(sorted(asked.server_types[value]))}",
            [change.urn],
        )


def _there(asked: Account, server_type: str, location: object) -> bool:
    """Whether a type is offered at a location; one that is not named is Hetzner's to choose."""
    return location is None or location in asked.server_types[server_type]


def _all_offered(setting: str, asked: Account | None) -> frozenset[str]:
    catalogue = _catalogue()
    if setting == "serverType":
        return frozenset(asked.server_types if asked else catalogue.server_types)
    if setting == "image":
        return asked.images if asked else catalogue.images
    return asked.locations if asked else frozenset(catalogue.locations)


def _catalogue() -> Catalogue:
    from ffinfra.network.catalogue import hcloud_catalogue  # noqa: PLC0415 - the model, where something is asked

    return hcloud_catalogue()
