"""From a document to a model: every mistake of a file at once, with file, line, path and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ffinfra.mismatch import Mismatch, run_checks
from ffinfra.network.values import Model
from ffinfra.partial_model import partly_read
from ffinfra.problems import InvalidInputError, KeyPath, Problem, path_text, printable
from ffinfra.validation_words import Known, known_settings, words
from ffinfra.yaml_document import Document

M = TypeVar("M", bound=Model)


def validated(
    model: type[M],
    document: Document,
    at: KeyPath = (),
    checks: Iterable[Callable[[M], Iterable[Mismatch]]] = (),
) -> M:
    """Read the part of a document at ``at`` as a model.

    Args:
        model: what it is to be.
        document: the file.
        at: the place in it.
        checks: of what must fit together; they also run on what could be read beside other mistakes.

    Raises:
        InvalidInputError: with every mistake in that part and those of the document itself, in the order of
            the lines.
    """
    value = value_at(document.value, at)
    problems = list(document.problems)
    try:
        read = model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        problems += _of_values(error, model, document, at)
        read = partly_read(model, value)
    problems += [_of_mismatch(mismatch, document, at) for mismatch in run_checks(checks, read)]
    if problems:
        raise InvalidInputError(in_order(problems))
    return read


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


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by their lines, at most one at each path: what is told first explains the others."""
    first: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.place.file, problem.path or str(problem)), problem)
    return sorted(first.values(), key=lambda problem: (problem.place.file, problem.place.line or 0))


def _of_values(error: ValidationError, model: type[M], document: Document, at: KeyPath) -> list[Problem]:
    schema = model.model_json_schema()
    value = value_at(document.value, at)
    by_path: dict[KeyPath, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        if not _follows_from_others(details):
            by_path.setdefault(_document_path(details, value), []).append(details)
    return [
        _of_value(together, document, (*at, *path), known_settings(schema, path))
        for path, together in by_path.items()
    ]


def _of_value(together: list[ErrorDetails], document: Document, path: KeyPath, known: Known) -> Problem:
    """One value that fits no member of a union is one mistake."""
    what, way_out = words(together, str(path[-1]) if path else "the document", known)
    return _problem(document, path, what, way_out)


def _of_mismatch(mismatch: Mismatch, document: Document, at: KeyPath) -> Problem:
    return _problem(document, (*at, *mismatch.path), mismatch.what, mismatch.way_out)


def _problem(document: Document, path: KeyPath, what: str, way_out: str) -> Problem:
    """Names and values that a person gave may hold anything; each problem is told on one line."""
    return Problem(
        place=document.place(path),
        path=printable(path_text(path)),
        what=printable(what),
        way_out=printable(way_out),
    )


def _follows_from_others(details: ErrorDetails) -> bool:
    """A list is called too short once its entries have mistakes, even where it has enough of them."""
    if details["type"] != "too_short" or not isinstance(details["input"], list):
        return False
    minimum: int = details.get("ctx", {}).get("min_length", 0)
    return len(details["input"]) >= minimum


def _document_path(details: ErrorDetails, value: Any) -> KeyPath:  # noqa: ANN401
    """Pydantic's location without the names of union members, which stand in no file."""
    path: list[str | int] = []
    for part in details["loc"]:
        inside = (isinstance(value, Mapping) and part in value) or (
            isinstance(value, list) and isinstance(part, int)
        )
        if inside:
            value = value[part]
            path.append(part)
    match details["type"]:
        case "missing":
            path.append(details["loc"][-1])
        case "union_tag_invalid" | "union_tag_not_found":
            path.append(details.get("ctx", {}).get("discriminator", "").strip("'"))
    return tuple(path)
