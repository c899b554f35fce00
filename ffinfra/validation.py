"""From a document to a model: every mistake of a file at once, with file, line, path and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ffinfra.network.values import shown
from ffinfra.problems import InvalidInputError, Problem
from ffinfra.yaml_document import Document, KeyPath

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], document: Document, at: KeyPath = ()) -> M:
    """Read the part of a document at ``at`` as a model.

    Raises:
        InvalidInputError: with every mistake in that part.
    """
    try:
        return model.model_validate(value_at(document.value, at))
    except ValidationError as error:
        schema = model.model_json_schema()
        problems = [_problem(details, document, at, schema) for details in error.errors(include_url=False)]
        raise InvalidInputError(_without_repeats(problems)) from error


def value_at(value: Any, path: KeyPath) -> Any:  # noqa: ANN401 - YAML holds anything
    """The value at a path, or None where there is none."""
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def path_text(path: KeyPath) -> str:
    """A path as people write it: ``hosts[1].cores``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _problem(details: ErrorDetails, document: Document, at: KeyPath, schema: Mapping[str, Any]) -> Problem:
    missing = details["type"] == "missing"
    path = (*at, *_document_path(details["loc"], value_at(document.value, at), missing=missing))
    what, way_out = _words(details, path, _known_settings(schema, path[len(at) :]))
    return Problem(place=document.place(path), path=path_text(path), what=what, way_out=way_out)


def _document_path(location: KeyPath, value: Any, *, missing: bool) -> KeyPath:  # noqa: ANN401
    """Pydantic's location without the names of union members, which stand in no file."""
    path: list[str | int] = []
    for number, part in enumerate(location):
        inside = (isinstance(value, Mapping) and part in value) or (
            isinstance(value, list) and isinstance(part, int)
        )
        if inside:
            value = value[part]
            path.append(part)
        elif missing and number == len(location) - 1:
            path.append(part)
    return tuple(path)


def _words(details: ErrorDetails, path: KeyPath, known: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong and what is allowed."""
    name = str(path[-1]) if path else "the document"
    match details["type"]:
        case "missing":
            return f"{name} is missing", known.get(name) or "Give it a value"
        case "extra_forbidden":
            near = difflib.get_close_matches(name, known, n=1)
            listed = f"Known are: {', '.join(sorted(known))}" if known else "Remove it"
            return f"{name} is no setting here", f"Did you mean {near[0]}?" if near else listed
        case "union_tag_not_found" | "union_tag_invalid":
            tags = details.get("ctx", {}).get("expected_tags", "")
            key = str(details.get("ctx", {}).get("discriminator", "")).strip("'")
            return f"{key} is missing or unknown", f"Allowed is one of {tags}" if tags else f"Give {key}"
        case _:
            message = details["msg"].removeprefix("Value error, ").replace("Input should be", "allowed is")
            return f"{shown(details['input'])} is not accepted", message[:1].upper() + message[1:]


def _known_settings(schema: Mapping[str, Any], path: KeyPath) -> Mapping[str, str]:
    """The settings, with their descriptions, that stand beside the last part of a path."""
    nodes = [schema]
    for part in path[:-1]:
        nodes = [found for node in nodes for found in _step(schema, node, part)]
    properties: dict[str, str] = {}
    for node in nodes:
        for alternative in _alternatives(schema, node):
            for name, entry in alternative.get("properties", {}).items():
                properties[name] = str(entry.get("description", ""))
    return properties


def _step(root: Mapping[str, Any], node: Mapping[str, Any], part: str | int) -> list[Mapping[str, Any]]:
    found = []
    for alternative in _alternatives(root, node):
        inner = (
            alternative.get("items") if isinstance(part, int) else alternative.get("properties", {}).get(part)
        )
        if isinstance(inner, Mapping):
            found.append(inner)
    return found


def _alternatives(root: Mapping[str, Any], node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in node:
        return _alternatives(root, root["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    for key in ("anyOf", "oneOf"):
        if key in node:
            return [found for inner in node[key] for found in _alternatives(root, inner)]
    return [node]


def _without_repeats(problems: list[Problem]) -> list[Problem]:
    """One value that fits no member of a union is one mistake: keep the first at each path."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.path, problem)
    return list(first.values())
