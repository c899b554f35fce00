"""YAML for people to go on with: what is not known stands there without a value, with the question behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from ffinfra.problems import KeyPath, Place, Problem, path_text, printable
from ffinfra.yaml_document import parse_document

MARK: Final = "# ??"
"""Before a question; a value in front of it answers it."""

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9 @+/._-]*[A-Za-z0-9=/.]|[A-Za-z]")
_SHORT: Final = 90
"""Characters of a list on one line."""
_WORDS: Final = re.compile(r"(?:true|false|null|yes|no|on|off|y|n|~)\Z", re.IGNORECASE)
_QUESTION: Final = re.compile(rf"(?P<before>.*?){re.escape(MARK)} (?P<question>.*)")
_WITHOUT_VALUE: Final = re.compile(r"\s*(?:- )*(?:[\w:.-]+:)?\s*")


@dataclass(frozen=True, slots=True)
class Open:
    """A value that nobody told; the question is one line."""

    question: str


@dataclass(frozen=True, slots=True)
class Note:
    """A question without a value of its own; a person answers it by deleting the line."""

    question: str


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in this order; a note stands between its entries."""

    entries: tuple[tuple[str, Node] | Note, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node | Note, ...]


Node = str | int | IPv4Address | IPv6Address | Open | Table | Items


def lines(node: Table | Items, indent: int = 0) -> Iterator[str]:
    """The lines of a block; nothing in it can begin another entry or another line."""
    margin = " " * indent
    if isinstance(node, Table):
        for entry in node.entries:
            if isinstance(entry, Note):
                yield _note(entry, margin)
            else:
                yield from _valued(f"{margin}{entry[0]}:", entry[1], indent + 2)
        return
    for item in node.items:
        match item:
            case Note():
                yield _note(item, margin)
            case Table() | Items():
                first, *rest = lines(item, indent + 2)
                yield f"{margin}- {first.lstrip()}"
                yield from rest
            case _:
                yield from _valued(f"{margin}-", item, indent + 2)


def open_questions(text: str, file: str) -> tuple[Problem, ...]:
    """The questions that nobody has answered yet.

    Raises:
        InvalidInputError: the text is no YAML.
    """
    paths: dict[int | None, KeyPath] = {}
    for path, place in parse_document(text, file).places.items():
        paths[place.line] = max(path, paths.get(place.line, ()), key=len)
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _QUESTION.fullmatch(line)
        if match is None or not _WITHOUT_VALUE.fullmatch(match["before"]):
            continue
        name = match["before"].strip().removeprefix("- ")
        found.append(
            Problem(
                place=Place(file, number),
                path=path_text(paths.get(number, ())) if name else "",
                what=match["question"].rstrip("."),
                way_out=f"Write it behind {name}" if name else "Delete this line then",
            )
        )
    return tuple(found)


def _valued(head: str, value: Node, indent: int) -> Iterator[str]:
    match value:
        case Open():
            yield f"{head} {MARK} {printable(value.question)}"
        case Items() if (short := _short(value)) is not None:
            yield f"{head} {short}"
        case Table() | Items():
            inside = list(lines(value, indent))
            yield head if inside else f"{head} {'{}' if isinstance(value, Table) else '[]'}"
            yield from inside
        case _:
            yield f"{head} {_scalar(value)}"


def _short(items: Items) -> str | None:
    """A list of a few words on one line; None where it needs lines of its own."""
    words = [_scalar(one) for one in items.items if isinstance(one, str)]
    text = f"[{', '.join(words)}]"
    return text if words and len(words) == len(items.items) and len(text) <= _SHORT else None


def _note(note: Note, margin: str) -> str:
    return f"{margin}{MARK} {printable(note.question)}"


def _scalar(value: str | int | IPv4Address | IPv6Address) -> str:
    """Quoted where YAML would read something else than this text."""
    if isinstance(value, int):
        return str(value).lower()
    text = str(value)
    if isinstance(value, IPv4Address) or (_PLAIN.fullmatch(text) and not _WORDS.fullmatch(text)):
        return text
    return json.dumps(text, ensure_ascii=False)


def names(values: Sequence[str]) -> Items:
    """A list of texts."""
    return Items(tuple(values))
