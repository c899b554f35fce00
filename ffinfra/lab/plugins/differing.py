"""How the state differs from what is wanted, property by property."""

from __future__ import annotations

from collections.abc import Mapping

from ffinfra.lab.plugins.fields import Family, Field, Fields, Kind
from ffinfra.lab.plugins.values import is_zero
from ffinfra.provider.properties import UNKNOWN, Value
from ffinfra.provider.resource_type import PropertyChange

Changes = dict[str, PropertyChange]
"""Property path, such as ``rules[1].port``, -> what happens to it."""


def changes(fields: Fields, family: Family, state: Mapping[str, Value], aim: Mapping[str, Value]) -> Changes:
    """Compare the state with what is wanted; what the program leaves to the API is no change."""
    found: Changes = {}
    for key, field in fields.items():
        if field.output_only or (key not in aim and field.computed):
            continue
        inner = _change(key, field, family, state.get(key), aim.get(key))
        found.update((path, change.replacing if field.replaces else change) for path, change in inner.items())
    return found


def _change(path: str, field: Field, family: Family, old: Value, new: Value) -> Changes:
    had, has = not _absent(family, old), not _absent(family, new)
    if had and has and new is not UNKNOWN:
        return _inner_change(path, field, family, old, new)
    if had:
        return {path: PropertyChange.UPDATE if has else PropertyChange.DELETE}
    return {path: PropertyChange.ADD} if has else {}


def _inner_change(path: str, field: Field, family: Family, old: Value, new: Value) -> Changes:
    match field.kind:
        case Kind.OBJECT:
            return _object_change(path, field, family, old, new)
        case Kind.MAP:
            return _map_change(path, family, old, new)
        case Kind.LIST if field.element:
            return _list_change(path, field.element, family, old, new)
        case Kind.SET if field.element:
            return _set_change(path, field.element, family, old, new)
    return {} if old == new else {path: PropertyChange.UPDATE}


def _absent(family: Family, value: Value) -> bool:
    return is_zero(value) if family is Family.SDK_V2 else value is None


def _object_change(
    path: str, field: Field, family: Family, old: Mapping[str, Value], new: Mapping[str, Value]
) -> Changes:
    found: Changes = {}
    for key, member in field.members.items():
        if member.output_only or (new.get(key) is None and member.computed):
            continue
        found.update(_change(f"{path}.{key}", member, family, old.get(key), new.get(key)))
    return found


def _map_change(path: str, family: Family, old: Mapping[str, Value], new: Mapping[str, Value]) -> Changes:
    found: Changes = {}
    for key in sorted({*old, *new}):
        place = f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]'
        found.update(_change(place, Field(), family, old.get(key), new.get(key)))
    return found


def _list_change(path: str, element: Field, family: Family, old: list[Value], new: list[Value]) -> Changes:
    found: Changes = {}
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        found.update(_change(f"{path}[{index}]", element, family, before, after))
    return found


def _set_change(path: str, element: Field, family: Family, old: list[Value], new: list[Value]) -> Changes:
    gone = list(range(len(old)))
    added = []
    for index, item in enumerate(new):
        same = next((at for at in gone if not _change(path, element, family, old[at], item)), None)
        if same is None:
            added.append(index)
        else:
            gone.remove(same)
    found = {
        f"{path}[{index}]": PropertyChange.UPDATE if index in gone else PropertyChange.ADD for index in added
    }
    found.update((f"{path}[{index}]", PropertyChange.DELETE) for index in gone if index not in added)
    return found
