"""A model with those settings that could be read, so that its checks can run beside the mistakes in others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from ffinfra.network.values import Model, UnreadError

M = TypeVar("M", bound=Model)


def partly_read(model: type[M], value: object) -> M:
    """A model of what can be read; any other setting raises ``UnreadError`` when it is asked for.

    A text that has not the form of its type is kept as it was written: names still refer to each other.
    """
    settings: dict[str, Any] = {}
    unread: list[str] = []
    for name, field in model.model_fields.items():
        given = isinstance(value, Mapping) and name in value
        if given or field.is_required():
            try:
                settings[name] = _read(field.rebuild_annotation(), _setting(value, name))
            except UnreadError:
                unread.append(name)
    read = model.model_construct(None, **settings)
    for name in unread:
        read.__dict__.pop(name, None)
    return cast("M", read)


def _setting(value: object, name: str) -> object:
    if isinstance(value, Mapping) and name in value:
        return value[name]
    raise UnreadError(name)


def _read(annotation: Any, value: object) -> Any:  # noqa: ANN401 - annotations are any object
    """A value of a type, or as much of it as can be read.

    Raises:
        UnreadError: nothing of it.
    """
    try:
        return TypeAdapter(annotation).validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return _in_part(annotation, value)


def _in_part(annotation: Any, value: object) -> Any:  # noqa: ANN401
    origin = get_origin(annotation)
    if origin is Annotated:
        return _in_part(get_args(annotation)[0], value)
    if origin in (Union, UnionType):
        return _in_part(_member(get_args(annotation), value), value)
    if origin is tuple and isinstance(value, list):
        return tuple(_read(get_args(annotation)[0], item) for item in value)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return partly_read(annotation, value)
    if annotation is str and isinstance(value, str):
        return value
    raise UnreadError


def _member(members: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401
    """The member of a union that a value is meant to be; where it does not say, what the models share."""
    models = [member for member in members if isinstance(member, type) and issubclass(member, Model)]
    if not models:
        raise UnreadError
    for model in models:
        if any(_says(value, name, field.annotation) for name, field in model.model_fields.items()):
            return model
    return next(base for base in models[0].__mro__ if all(issubclass(model, base) for model in models))


def _says(value: object, name: str, annotation: Any) -> bool:  # noqa: ANN401
    """Whether a value names the model by the one text that a setting of it may have."""
    return (
        get_origin(annotation) is Literal
        and isinstance(value, Mapping)
        and value.get(name) in get_args(annotation)
    )
