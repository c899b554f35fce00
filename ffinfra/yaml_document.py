"""YAML files with the place of every value, so that a mistake is told with file and line.

Scalars are read as YAML 1.2 does, as Pulumi itself reads stack files: a MAC address of digits is a text, not
a base-60 number, and ``on`` is a text, not a truth value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ffinfra.problems import InvalidInputError, Place, Problem

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file: its value, and where each part of it stands."""

    file: str
    value: Any
    places: Mapping[KeyPath, Place]

    def place(self, path: KeyPath) -> Place:
        """Where a value stands; for one that is missing, where its nearest parent does."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file)


class _Core(yaml.SafeLoader):
    """The safe loader with the scalar types of the YAML 1.2 core schema."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML's own attribute


_RESOLVERS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
)
for _tag, _pattern, _first in _RESOLVERS:
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_document(path: Path, shown_as: str | None = None) -> Document:
    """Read one YAML file.

    Args:
        path: the file.
        shown_as: its name in messages; None means the path as given.

    Raises:
        InvalidInputError: the file is missing, is no YAML, or names a key twice.
    """
    name = shown_as or str(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(name), what=f"cannot be read ({error})", way_out="Give a readable UTF-8 file"
                )
            ]
        ) from error
    return parse_document(text, name)


def parse_document(text: str, file: str) -> Document:
    """Read YAML text; ``file`` is the name that messages give.

    Raises:
        InvalidInputError: the text is no YAML, or names a key twice.
    """
    loader = _Core(text)
    try:
        node = loader.get_single_node()
        reading = _Reading(loader, file)
        value = reading.value(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise InvalidInputError(
            [
                Problem(
                    place=place, what=f"is not YAML: {error.problem}", way_out="Mend the syntax at this place"
                )
            ]
        ) from error
    except yaml.YAMLError as error:
        raise InvalidInputError(
            [Problem(place=Place(file), what=f"is not YAML: {error}", way_out="Save it as plain UTF-8 text")]
        ) from error
    if reading.problems:
        raise InvalidInputError(reading.problems)
    return Document(file, value, reading.places)


class _Reading:
    """Turns nodes into values and notes where they stand."""

    def __init__(self, loader: _Core, file: str) -> None:
        self._loader = loader
        self._file = file
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: KeyPath) -> Any:  # noqa: ANN401 - YAML holds anything
        """The value of a node."""
        self.places.setdefault(path, self._place(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._loader.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = self._place(key_node)
            if key in result:
                self.problems.append(
                    Problem(
                        place=place,
                        path=".".join(map(str, (*path, key))),
                        what=f"{key} stands twice, first in line {self.places[(*path, key)].line}",
                        way_out="Keep one of the two",
                    )
                )
                continue
            self.places[(*path, key)] = place
            result[key] = self.value(value_node, (*path, key))
        return result

    def _place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)
