"""Names that must be unique where they stand: two of them are refused with a conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from ffinfra.gate.carried_records import CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE
from ffinfra.gate.changes import Change
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.rules.rule import Hit

UNIQUE_NAMES: Final = frozenset(
    {
        "hcloud:index/server:Server",
        "hcloud:index/primaryIp:PrimaryIp",
        "hcloud:index/sshKey:SshKey",
        "hcloud:index/firewall:Firewall",
        "hcloud:index/network:Network",
        "hcloud:index/placementGroup:PlacementGroup",
        "hcloud:index/volume:Volume",
        "hcloud:index/zone:Zone",
    }
)
"""Kinds whose names are unique in a Hetzner project (409 uniqueness_error otherwise)."""


class _Name(NamedTuple):
    """What is unique of a resource."""

    kind: str
    name: str


def duplicates(changes: Iterable[Change]) -> Iterator[Hit]:
    """Names that two resources of one kind would have, and names of new resources that cannot be judged."""
    changes = _one_each(changes)
    for change in changes:
        if change.type in UNIQUE_NAMES and change.operation.changes_something:
            yield from _hidden(change)
    if not any(_gets_a_name(change) for change in changes if change.operation.changes_something):
        return
    named: dict[_Name, list[str]] = {}
    for change in changes:
        name = _name(change)
        if name is not None:
            named.setdefault(name, []).append(change.urn)
    for (_, text), urns in named.items():
        if len(urns) > 1:
            yield Hit(f"{len(urns)} resources would have the name {text}, which is unique there", urns)


def _gets_a_name(change: Change) -> bool:
    """Whether what is unique of it is new; what stands side by side already does so at the provider too."""
    new, old = change.new_inputs or {}, change.old_inputs
    keys = ("name", "zone", "zoneId", "type", "content", "data")
    return old is None or any(new.get(key) != old.get(key) for key in keys)


def _one_each(changes: Iterable[Change]) -> Collection[Change]:
    """Of each resource that there will be one step; those of a replacement all show the same inputs."""
    return {change.urn: change for change in changes if change.new_inputs is not None}.values()


def _hidden(change: Change) -> Iterator[Hit]:
    hidden = why_hidden((change.new_inputs or {}).get("name"))
    if hidden:
        yield Hit(f"{change.name}: its name is {hidden}, so it cannot be judged", [change.urn])


def _name(change: Change) -> _Name | None:
    """The name with what it is unique among; None where there is none, or none that is known."""
    inputs = change.new_inputs or {}
    if change.type in UNIQUE_NAMES:
        parts = [inputs.get("name")]
    elif change.type == HETZNER_RRSET_TYPE:
        parts = [inputs.get(key) for key in ("zone", "name", "type")]
    elif change.type == CLOUDFLARE_RECORD_TYPE:
        value = inputs.get("content") or inputs.get("data") or ""
        parts = [*(inputs.get(key) for key in ("zoneId", "name", "type")), value]
    else:
        return None
    if parts[0] is None or any(map(why_hidden, parts)):
        return None
    return _Name(change.type, " ".join(map(str, parts)))
