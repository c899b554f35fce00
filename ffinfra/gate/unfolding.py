"""Texts that hold a structure, unfolded: what differs inside cloud-init user data and JSON strings.

A server's user data or a policy is one text to the engine; a person wants to see the one line in it that
changes. Files of a HostConfig need nothing here, as each is a leaf of its own; RRsets are in
``ffinfra.gate.dns_view``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ffinfra.gate.property_changes import Hidden, PropertyChange, PropertyValue, property_changes

LONGEST_TEXT = 65_536
"""Characters; a longer text is shown as it is. Hetzner takes 32 KiB of user data."""

_CLOUD_CONFIG = "#cloud-config"
_NAMED_LISTS = {"write_files": "path", "users": "name"}
"""Lists of cloud-config whose entries are known by a name, so that one more does not shift all others."""


def unfolded(changes: Iterable[PropertyChange]) -> tuple[PropertyChange, ...]:
    """The changes, each text with a structure replaced by the leaves of it that differ."""
    return tuple(part for change in changes for part in _parts(change))


def _parts(change: PropertyChange) -> Iterator[PropertyChange]:
    old, new = _structure(change.old), _structure(change.new)
    inside = property_changes(old, new) if old is not None and new is not None else ()
    if not inside:
        yield change
    for part in inside:
        yield PropertyChange(f"{change.path} > {part.path}", part.old, part.new)


def _structure(value: PropertyValue) -> dict[str, Any] | None:
    """What a text holds; an absent one holds nothing, None means that it holds no structure."""
    if value is Hidden.ABSENT:
        return {}
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return None
    import yaml  # noqa: PLC0415 - for texts that may hold a structure, which most previews do not

    try:
        found = _cloud_config(value) if value.startswith(_CLOUD_CONFIG) else _json(value)
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    if isinstance(found, list):
        return {"list": found} if found else None
    return found if isinstance(found, dict) else None


def _json(text: str) -> object:
    return json.loads(text) if text.lstrip()[:1] in ("{", "[") else None


def _cloud_config(text: str) -> dict[str, Any] | None:
    """The document, or None for one with aliases, which could unfold without end."""
    import yaml  # noqa: PLC0415 - as above

    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, yaml.BaseLoader)):
        return None
    found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts, lists and mappings, nothing else
    if not isinstance(found, dict):
        return None
    return {str(name): _by_name(str(name), item) for name, item in found.items()}


def _by_name(name: str, value: object) -> object:
    key = _NAMED_LISTS.get(name)
    if key is None or not isinstance(value, list):
        return value
    names = [entry.get(key) if isinstance(entry, dict) else None for entry in value]
    if not all(isinstance(one, str) for one in names) or len(set(names)) < len(names):
        return value
    return dict(zip(names, value, strict=True))
