"""Plain values for what the engine and a provider tell each other.

The experimental provider interface of Pulumi (3.259) wraps every value. Its own mark for unknown values
cannot be sent back to the engine ("Unsupported value type"), and what it hands us for an unknown value is the
engine's sentinel string. Here a value is a plain Python value or ``UNKNOWN``, and the top-level keys that
hold something secret are listed beside the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc


class Unknown:
    """The type of ``UNKNOWN``: a value that is known only after the update."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

Value = Any
"""None, bool, int, float, str, ``UNKNOWN``, or a list or str-keyed dict of these."""


@dataclass(frozen=True, slots=True)
class Properties:
    """The inputs or outputs of a resource.

    ``secret_keys`` are the top-level keys that are secret or hold something secret; the engine encrypts them.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()

    def with_values(self, values: Mapping[str, Value]) -> Properties:
        """The same marks with other values; keys listed as secret stay so where they still exist."""
        return Properties(values, self.secret_keys & frozenset(values))


def contains_unknown(value: Value) -> bool:
    """Whether anything inside is known only after the update."""
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(contains_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(contains_unknown(item) for item in value)
    return False


def from_engine(properties: Mapping[str, PropertyValue]) -> Properties:
    """Unwrap what the engine sent."""
    return Properties(
        values={key: _unwrap(value) for key, value in properties.items()},
        secret_keys=frozenset(key for key, value in properties.items() if value.contains_secret()),
    )


def to_engine(properties: Properties) -> dict[str, PropertyValue]:
    """Wrap what is sent back to the engine."""
    return {
        key: _wrap(value).with_secret(key in properties.secret_keys)
        for key, value in properties.values.items()
    }


def _unwrap(value: PropertyValue) -> Value:
    inner = value.value
    if isinstance(inner, str):
        return UNKNOWN if inner == rpc.UNKNOWN else inner
    if isinstance(inner, float) and inner.is_integer():
        return int(inner)
    if isinstance(inner, Mapping):
        return {key: _unwrap(item) for key, item in inner.items()}
    if isinstance(inner, Sequence):
        return [_unwrap(item) for item in inner if isinstance(item, PropertyValue)]
    return inner


def _wrap(value: Value) -> PropertyValue:
    if value is UNKNOWN:
        return PropertyValue(rpc.UNKNOWN)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return PropertyValue(value)
    if isinstance(value, int | float):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({key: _wrap(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return PropertyValue([_wrap(item) for item in value])
    raise TypeError(f"cannot send a {type(value).__name__} to the engine")
