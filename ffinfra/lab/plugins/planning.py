"""What a resource is to become: the program's inputs, the defaults, and what only the API knows."""

from __future__ import annotations

from collections.abc import Mapping

from ffinfra.lab.plugins.fields import Family, Field, Fields, Kind
from ffinfra.lab.plugins.values import Values, is_zero, own, stored
from ffinfra.provider.properties import UNKNOWN, Value


def wanted(fields: Fields, inputs: Mapping[str, Value]) -> Values:
    """The inputs in their stored forms, and the defaults of what is not given, inside objects too."""
    given = {key: value for key, value in own(inputs).items() if key in fields}
    return {
        key: _completed(field, stored(field, given[key]) if key in given else field.default)
        for key, field in fields.items()
        if key in given or field.has_default
    }


def _completed(field: Field, value: Value) -> Value:
    if field.element and isinstance(value, list):
        return [_completed(field.element, item) for item in value]
    if field.kind is Kind.OBJECT and isinstance(value, Mapping):
        missing = {
            key: member.default
            for key, member in field.members.items()
            if member.has_default and key not in value
        }
        return {**value, **missing}
    return value


def with_defaults(fields: Fields, values: Values, made_up: Values) -> Values:
    """The inputs with all defaults and, in each object, the list of those (the bridge's ``__defaults``)."""
    defaults = made_up | {
        key: field.default for key, field in fields.items() if field.has_default and key not in values
    }
    inner = {key: _inner_defaults(fields[key], value) for key, value in values.items() if key in fields}
    return {**values, **inner, **defaults, "__defaults": sorted(defaults)}


def _inner_defaults(field: Field, value: Value) -> Value:
    if field.element and isinstance(value, list):
        return [_inner_defaults(field.element, item) for item in value]
    if field.kind is Kind.OBJECT and isinstance(value, Mapping):
        return with_defaults(field.members, dict(value), {})
    return value


def planned(fields: Fields, family: Family, state: Mapping[str, Value] | None, aim: Values) -> Values:
    """The outputs as far as they are known before the API is asked; the rest is ``UNKNOWN``.

    Args:
        fields: the properties.
        family: the framework forgets unstable computed values as soon as anything changes.
        state: the last outputs; None for what is not there yet.
        aim: what is ``wanted``.
    """
    plan: Values = {}
    for key, field in fields.items():
        if key in aim:
            plan[key] = aim[key]
        elif not (field.computed or field.output_only):
            continue
        elif state is None or not (field.stable or family is Family.SDK_V2):
            plan[key] = UNKNOWN
        elif state.get(key) is not None:
            plan[key] = state[key]
    return plan


def known(plan: Mapping[str, Value], key: str) -> Value:
    """A planned value, or None where there is none or only the API will know it."""
    value = plan.get(key)
    return None if value is UNKNOWN else value


def recovered_inputs(
    fields: Fields, family: Family, old_inputs: Mapping[str, Value], outputs: Mapping[str, Value]
) -> Values:
    """The inputs that would give these outputs.

    With old inputs (a refresh) these are followed and no others appear; without (an import) all that is not
    zero or the default counts. The bridge does likewise (pulumi-terraform-bridge, ExtractInputsFromOutputs).
    """
    old = own(old_inputs)
    if old:
        return {
            key: _followed(fields[key], value, outputs[key])
            for key, value in old.items()
            if key in fields and (outputs.get(key) is not None or fields[key].hidden)
        }
    return _members_as_inputs(fields, family, outputs)


def _followed(field: Field, old: Value, new: Value) -> Value:
    if field.hidden or stored(field, old) == new:
        return old
    if field.kind is Kind.OBJECT and isinstance(old, Mapping) and isinstance(new, Mapping):
        return {
            key: _followed(field.members[key], value, new[key])
            for key, value in own(old).items()
            if key in field.members and new.get(key) is not None
        }
    if field.kind is Kind.LIST and field.element and isinstance(old, list) and isinstance(new, list):
        element = field.element
        return [_followed(element, before, after) for before, after in zip(old, new, strict=False)]
    if field.kind is Kind.SET and field.element and isinstance(old, list) and isinstance(new, list):
        return _followed_set(field.element, old, new)
    return new


def _followed_set(element: Field, old: list[Value], new: list[Value]) -> list[Value]:
    """Elements have no place: those that still exist stay as they were written, others are as found."""
    left = list(new)
    kept = []
    for item in old:
        match = next((other for other in left if _covers(stored(element, item), other)), None)
        if match is not None:
            left.remove(match)
            kept.append(item)
    return kept + left[: len(old) - len(kept)]


def _covers(item: Value, found: Value) -> bool:
    if isinstance(item, Mapping) and isinstance(found, Mapping):
        return all(_covers(value, found.get(key)) for key, value in item.items())
    return bool(item == found) or (is_zero(item) and is_zero(found))


def _members_as_inputs(fields: Fields, family: Family, outputs: Mapping[str, Value]) -> Values:
    found = {
        key: _as_input(field, family, outputs[key])
        for key, field in fields.items()
        if field.is_input
        and not (field.hidden or field.unsupported)
        and (field.required or not _is_default(field, outputs.get(key)))
        and outputs.get(key) is not None
    }
    return found | {"__defaults": []} if family is Family.SDK_V2 else found


def _is_default(field: Field, value: Value) -> bool:
    return bool(value == field.default) if field.has_default else is_zero(value)


def _as_input(field: Field, family: Family, value: Value) -> Value:
    if field.element and isinstance(value, list):
        return [_as_input(field.element, family, item) for item in value]
    if field.kind is Kind.OBJECT and isinstance(value, Mapping):
        return _members_as_inputs(field.members, family, value)
    return value
