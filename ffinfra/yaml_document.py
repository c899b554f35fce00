"""YAML files with the place of every value, so that a mistake is told with file and line.

Where Pulumi's own reader (Go's yaml.v3) would read something else into the same text, the text is a mistake:
numbers with leading zeros, merge keys, tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from ffinfra.problems import InvalidInputError, KeyPath, Place, Problem, path_text, printable
from ffinfra.yaml_scalars import LEADING_ZERO, NUMBERS, SCALARS, TAG, CoreLoader


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file.

    Attributes:
        file: its name in messages.
        value: what it says: mappings, lists, texts, numbers, truth values and None.
        places: where each part of it stands.
        problems: what is read in two ways or not at all; the value lacks it.
    """

    file: str
    value: Any
    places: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...] = ()

    def place(self, path: KeyPath) -> Place:
        """Where a value stands; for one that is missing, where its nearest parent does."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file)


_MOST_VALUES = 100_000


def read_document(path: Path, shown_as: str | None = None) -> Document:
    """Read one YAML file.

    Args:
        path: the file.
        shown_as: its name in messages; None means the path as given.

    Raises:
        InvalidInputError: the file is missing, is no YAML, or holds what can be read in two ways.
    """
    document = scan_document(path, shown_as)
    if document.problems:
        raise InvalidInputError(document.problems)
    return document


def scan_document(path: Path, shown_as: str | None = None) -> Document:
    """As ``read_document``, for callers that tell the document's problems together with those they find.

    Raises:
        InvalidInputError: the file is missing or is no YAML.
    """
    name = shown_as or str(path)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        problem = Problem(
            place=Place(name),
            what=f"octet {error.start + 1} is no UTF-8",
            way_out="Save the file as UTF-8 text",
        )
        raise InvalidInputError([problem]) from error
    except OSError as error:
        problem = Problem(
            place=Place(name),
            what=f"cannot be read: {error.strerror}",
            way_out="Name a file that can be read",
        )
        raise InvalidInputError([problem]) from error
    return parse_document(text, name)


def parse_document(text: str, file: str) -> Document:
    """Read YAML text; ``file`` is the name that messages give.

    Raises:
        InvalidInputError: the text is no YAML.
    """
    reading = _Reading(file)
    try:
        node = yaml.compose(text, Loader=CoreLoader)
        value = reading.value(node, ()) if node is not None else None
    except yaml.YAMLError as error:
        raise InvalidInputError([_no_yaml(error, text, file)]) from error
    except _TooMuchError:
        what = f"its aliases stand for more than {_MOST_VALUES} values"
        raise InvalidInputError([Problem(place=Place(file), what=what, way_out="Write it out")]) from None
    except RecursionError:
        problem = Problem(
            place=Place(file), what="is nested too deeply, or contains itself", way_out="Write it flat"
        )
        raise InvalidInputError([problem]) from None
    return Document(file, value, reading.places, tuple(reading.problems))


def _no_yaml(error: yaml.YAMLError, text: str, file: str) -> Problem:
    match error:
        case ReaderError(position=int() as position):
            line = text.count("\n", 0, position) + 1
            what, place = f"holds the control character {ord(text[position]):#04x}", Place(file, line)
        case yaml.MarkedYAMLError():
            mark = error.problem_mark or error.context_mark
            what = error.problem or str(error.context)
            place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        case _:
            what, place = str(error), Place(file)
    return Problem(place=place, what=f"is not YAML: {what}", way_out="Mend the syntax at this place")


class _TooMuchError(Exception):
    """Raised when aliases of aliases multiply: a small file could fill the memory."""


class _Reading:
    """Turns nodes into values and notes where they stand."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self._values = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:  # noqa: ANN401 - YAML holds anything
        """The value of a node."""
        self._values += 1
        if self._values > _MOST_VALUES:
            raise _TooMuchError
        self.places.setdefault(path, self._place(node))
        match node:
            case yaml.MappingNode() if node.tag == f"{TAG}map":
                return self._mapping(node, path)
            case yaml.SequenceNode() if node.tag == f"{TAG}seq":
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            case yaml.ScalarNode() if node.tag in SCALARS:
                return self._scalar(node, path)
        self._refuse(node, path, f"the tag {node.tag} is not read here", "Write the plain value")
        return None

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not isinstance(key_node, yaml.ScalarNode) or not key.isprintable():
                self._refuse(
                    key_node,
                    path,
                    "a list, a mapping or an unprintable text is no name",
                    "Name a setting by a plain text",
                )
            elif key_node.tag == f"{TAG}str" and key == "<<" and not key_node.style:
                self._refuse(key_node, (*path, key), "merge keys are not read here", "Write the settings out")
            elif key in result:
                first = self.places[(*path, key)].line
                what = f"{key} stands twice, first in line {first}"
                self._refuse(key_node, (*path, key), what, "Keep one of the two")
            else:
                self.places[(*path, key)] = self._place(key_node)
                result[key] = self.value(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Any:  # noqa: ANN401 - any scalar
        text = str(node.value)
        if node.tag in NUMBERS and LEADING_ZERO.fullmatch(text):
            what = f"{text} begins with a zero, which some read as octal"
            self._refuse(node, path, what, "Write the number without it, or put a text in quotes")
            return None
        try:
            return SCALARS[node.tag](text)
        except ValueError:
            kind = node.tag.removeprefix(TAG)
            self._refuse(
                node, path, f"{printable(text[:40])} is no {kind} that can be read", "Put a text in quotes"
            )
            return None

    def _refuse(self, node: yaml.Node, path: KeyPath, what: str, way_out: str) -> None:
        place = self._place(node)
        self.problems.append(Problem(place=place, path=path_text(path), what=what, way_out=way_out))

    def _place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)
