"""Refusing what the official plugin would refuse, and what this stand-in does not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.values import WrongKindError, own, shaped
from ffinfra.provider.properties import UNKNOWN, Value
from ffinfra.provider.resource_type import Refusal


def refusals(fields: Fields, values: Mapping[str, Value], prefix: str = "") -> Iterator[Refusal]:
    """Every reason not to accept these inputs."""
    given = own(values)
    for key, field in fields.items():
        if field.required and key not in given:
            yield Refusal(prefix + key, "is required, but is not given")
    for key, value in given.items():
        path = prefix + key
        if key not in fields or fields[key].output_only:
            yield Refusal(path, "is no input of this type")
        elif fields[key].unsupported:
            yield Refusal(path, f"is not supported by the lab's stand-in: {fields[key].unsupported}")
        else:
            yield from _refused_value(path, fields[key], value)


def _refused_value(path: str, field: Field, value: Value) -> Iterator[Refusal]:
    if value is UNKNOWN or value is None:
        return
    if field.kind is Kind.OBJECT and isinstance(value, Mapping):
        yield from refusals(field.members, value, f"{path}.")
        return
    if field.element and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _refused_value(f"{path}[{index}]", field.element, item)
    reason = _reason(path, field, value)
    if reason:
        yield Refusal(path, reason)


def _reason(path: str, field: Field, value: Value) -> str:
    try:
        shaped(path, field, value)
    except WrongKindError as error:
        return error.reason if error.path == path else ""
    if field.allowed and value not in field.allowed:
        return f"must be one of {', '.join(field.allowed)}, not {value!r}"
    return field.refusal(value) if field.refusal else ""
