"""One hash of a whole preview: equal for the same preview on every run and machine, whatever the order of steps."""

from __future__ import annotations

import hashlib
from typing import Any

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.fingerprints import canonical_json
from ffinfra.gate.property_changes import Hidden, PropertyChange, PropertyValue


def digest_of(changes: ChangeSet) -> str:
    """SHA-256 as 64 hex digits, of everything that a person is told; what is masked counts as masked.

    It says whether two previews are the same. What an approval binds are the steps with their secrets
    (``ffinfra.gate.record``).
    """
    whole = {
        "changes": [_whole(change) for change in changes.told],
        "incomplete": sorted(changes.incomplete),
        "unreadable": sorted(changes.unreadable),
        "limits": sorted(changes.limits),
        "policies": sorted(repr(one) for one in changes.policies),
    }
    return hashlib.sha256(canonical_json(whole).encode()).hexdigest()


def _whole(change: Change) -> dict[str, Any]:
    return {
        "operation": change.operation.value,
        "urn": change.urn,
        "properties": [_property(one) for one in change.properties],
        "options": [_property(one) for one in change.options],
        "because": change.replaced_because,
        "protected": change.protected,
        "parent": change.parent,
        "kept": change.kept_on_delete,
        "providers": [change.provider_before, change.provider_after],
        **({"lookups": [change.looked_up_before, change.looked_up_after]} if change.looks_elsewhere else {}),
    }


def _property(one: PropertyChange) -> list[Any]:
    return [one.path, _value(one.old), _value(one.new)]


def _value(value: PropertyValue) -> Any:  # noqa: ANN401 - any JSON value
    """A hidden value is no text, so that no text can look like one."""
    return {"hidden": value.value} if isinstance(value, Hidden) else [value]
