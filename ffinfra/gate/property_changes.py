"""The leaves in which two sides of a resource differ, by path, with what is masked or not yet known as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ffinfra.gate.digest import SECRET_MARK, UNKNOWN_VALUE
from ffinfra.gate.fingerprints import leaves


class Hidden(Enum):
    """A value that a preview does not show."""

    ABSENT = "absent"
    SECRET = "secret"
    UNKNOWN = "known after the update"
    UNSHOWN = "not shown"
    """The provider says that it differs, and the inputs do not say how."""


PropertyValue = str | int | float | bool | None | Hidden
"""A leaf of a resource's inputs; empty containers are the texts ``{}`` and ``[]``."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One leaf of the inputs that differs."""

    path: str
    old: PropertyValue
    new: PropertyValue


def property_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[PropertyChange, ...]:
    """The leaves that differ between two sets of inputs, by path."""
    if old == new:
        return ()
    before = {path: _leaf(value) for path, value in leaves(old)}
    after = {path: _leaf(value) for path, value in leaves(new)}
    return tuple(
        PropertyChange(path, before.get(path, Hidden.ABSENT), after.get(path, Hidden.ABSENT))
        for path in sorted(before.keys() | after.keys())
        if before.get(path, Hidden.ABSENT) != after.get(path, Hidden.ABSENT)
    )


def _leaf(value: Any) -> PropertyValue:  # noqa: ANN401 - a leaf of JSON
    if value == SECRET_MARK:
        return Hidden.SECRET
    if value == UNKNOWN_VALUE:
        return Hidden.UNKNOWN
    if value in ({}, []):
        return "{}" if isinstance(value, dict) else "[]"
    assert value is None or isinstance(value, str | int | float | bool)
    return value


def all_property_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], differs: Iterable[str]
) -> tuple[PropertyChange, ...]:
    """The leaves that differ, and the paths of which only the provider says so: secrets, or what it holds itself.

    Args:
        old: the inputs before.
        new: the inputs after.
        differs: the paths that the provider says differ.
    """
    found = property_changes(old, new)
    more = [path for path in differs if not any(_overlap(path, one.path) for one in found)]
    if not more:
        return found
    shown = {path: _leaf(value) for path, value in leaves(new)}
    masked = [path for side in (old, new) for path, value in leaves(side) if value == SECRET_MARK]
    return tuple(sorted((*found, *_unshown(more, shown, masked)), key=lambda one: one.path))


def _unshown(
    paths: Iterable[str], shown: Mapping[str, PropertyValue], masked: Iterable[str]
) -> Iterator[PropertyChange]:
    for path in paths:
        if any(_overlap(path, one) for one in masked):
            yield PropertyChange(path, Hidden.SECRET, Hidden.SECRET)
        else:
            yield PropertyChange(path, Hidden.UNSHOWN, shown.get(path, Hidden.UNSHOWN))


def _overlap(one: str, other: str) -> bool:
    """Whether two paths are the same, or one lies under the other."""
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))
