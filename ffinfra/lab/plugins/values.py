"""Values in the forms in which they are given, kept and compared."""

from __future__ import annotations

from collections.abc import Mapping

from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.provider.properties import UNKNOWN, Value

Values = dict[str, Value]
"""The properties of one resource, without the engine's own (which begin with two underscores)."""


class WrongKindError(ValueError):
    """Raised for a value that has not the shape of its field."""

    def __init__(self, path: str, field: Field, value: Value) -> None:
        self.path = path
        self.reason = f"must be {field.kind.value}, not {value!r}"
        super().__init__(f"{path} {self.reason}")


def own(values: Mapping[str, Value]) -> Values:
    """The properties without the engine's and the bridge's own, and without nulls."""
    return {key: value for key, value in values.items() if not key.startswith("__") and value is not None}


def shaped(path: str, field: Field, value: Value) -> Value:
    """The value in its field's shape: ids come as texts where the program passes a resource's id on.

    Raises:
        WrongKindError: it cannot be brought into that shape.
    """
    if value is UNKNOWN or value is None:
        return value
    match field.kind:
        case Kind.LIST | Kind.SET if isinstance(value, list) and field.element:
            return [shaped(f"{path}[{index}]", field.element, item) for index, item in enumerate(value)]
        case Kind.OBJECT if isinstance(value, Mapping):
            return shaped_members(path, field.members, value)
        case Kind.MAP if isinstance(value, Mapping):
            return {key: shaped(f"{path}.{key}", Field(), item) for key, item in own(value).items()}
    try:
        return _SCALARS[field.kind](value)
    except (KeyError, TypeError, ValueError):
        raise WrongKindError(path, field, value) from None


def shaped_members(path: str, fields: Fields, values: Mapping[str, Value]) -> Values:
    """The known members in their shapes; unknown ones as they are, for the check to find."""
    prefix = f"{path}." if path else ""
    return {
        key: shaped(prefix + key, fields[key], value) if key in fields else value
        for key, value in own(values).items()
    }


def stored(field: Field, value: Value) -> Value:
    """An input in the form that the state keeps and the API is sent."""
    if value is UNKNOWN or value is None:
        return value
    if field.element and isinstance(value, list):
        return [stored(field.element, item) for item in value]
    if field.members and isinstance(value, Mapping):
        return {
            key: stored(field.members[key], item) if key in field.members else item
            for key, item in own(value).items()
        }
    return field.stored(value) if field.stored else value


def is_zero(value: Value) -> bool:
    """Whether terraform-plugin-sdk/v2 cannot tell this value from an absent one."""
    return not value


def _text(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    return str(value)


def _whole(value: Value) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _number(value: Value) -> int | float:
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    return int(number) if number.is_integer() else number


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise TypeError


def _either(value: Value) -> str | int | float:
    return value if isinstance(value, str) else _number(value)


_SCALARS = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.TRUTH: _truth,
    Kind.ANY: _either,
}
