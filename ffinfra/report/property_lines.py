"""How one property differs: in a few words, and line by line.

A text is compared with ``difflib``, so that lines which only change places, and one of two equal lines that goes,
show too. Two texts that differ always leave a line.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from os.path import commonprefix

from ffinfra.gate.property_changes import Hidden, PropertyChange, PropertyValue

LONGEST_VALUE = 60
"""Characters of a value that are shown in a few words; there is no limit line by line."""
_BEFORE_DIFFERENCE = 16
"""Characters shown of what two long values have in common."""
_FILE = re.compile(r'(?:files|secretFiles)\["(?P<path>[^"]+)"\](?:\.(?P<part>\w+))?')
"""A file of a HostConfig, or of it one part: its content, mode or owner."""


def briefly(properties: Iterable[PropertyChange]) -> tuple[str, ...]:
    """A few words for each property that differs; the parts of one file are told together."""
    found: dict[str, list[str]] = {}
    for one in properties:
        file = _FILE.fullmatch(one.path)
        words = found.setdefault(file["path"] if file else one.path, [])
        part = file["part"] if file else ""
        words.append(_words(one, "" if part in ("content", None) else part))
    return tuple(f"{path} {', '.join(dict.fromkeys(words))}" for path, words in found.items())


def line_by_line(one: PropertyChange) -> Iterator[str]:
    """One line for a value, or its path and then the lines of a text that differ, each after a sign and a space."""
    if not _has_lines(one):
        yield f"{one.path}: {_pair(one)}"
        return
    yield f"{one.path}:"
    yield from differing_lines(one) or (_pair(one),)


def differing_lines(one: PropertyChange) -> tuple[str, ...]:
    """The lines of a text that differ, with ``-``, ``+`` or a space before each, and one line around them."""
    before, after = _lines(one.old), _lines(one.new)
    found = difflib.unified_diff(before, after, n=1, lineterm="")
    return tuple(line if line.startswith("@@") else f"{line[:1]} {line[1:]}" for line in list(found)[2:])


def _words(one: PropertyChange, part: str) -> str:
    before = f"{part} " if part else ""
    if one.old is Hidden.SECRET and one.new is Hidden.SECRET:
        return f"{before}(another secret)"
    if not _has_lines(one):
        return before + _pair(one, LONGEST_VALUE)
    changed = [line[:1] for line in differing_lines(one)]
    word = "new " if one.old is Hidden.ABSENT else "gone " if one.new is Hidden.ABSENT else ""
    return f"{before}{word}+{changed.count('+')} -{changed.count('-')}"


def _has_lines(one: PropertyChange) -> bool:
    return any(isinstance(value, str) and "\n" in value for value in (one.old, one.new))


def _lines(value: PropertyValue) -> list[str]:
    """The lines of one side; what is hidden is a line of its own. The end of the last line counts."""
    if value is Hidden.ABSENT or value == "":
        return []
    if isinstance(value, Hidden):
        return [_shown(value)]
    lines = _shown(value).split("\n")
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], f"{lines[-1]} (no end of line)"]


def _pair(one: PropertyChange, longest: int | None = None) -> str:
    """``old -> new``; of long values what they begin with in common is left out, never where they differ."""
    old, new = _shown(one.old), _shown(one.new)
    if old == new and one.old != one.new:
        old, new = _exactly(one.old), _exactly(one.new)
    if longest is not None and max(len(old), len(new)) > longest:
        start = max(0, len(commonprefix([old, new])) - _BEFORE_DIFFERENCE)  # noqa: RUF071 - no paths
        old, new = _cut(old, start, longest), _cut(new, start, longest)
    return f"{old} -> {new}"


def _cut(text: str, start: int, longest: int) -> str:
    begin = "..." if start else ""
    end = "..." if len(text) > start + longest else ""
    return f"{begin}{text[start : start + longest]}{end}"


def _exactly(value: PropertyValue) -> str:
    """For values of different kinds that are shown alike, such as 1 and "1"."""
    return _shown(value) if isinstance(value, Hidden) else json.dumps(value, ensure_ascii=False)


def _shown(value: PropertyValue) -> str:
    match value:
        case Hidden():
            return f"({value.value})"
        case str():
            return value or '""'
        case _:
            return json.dumps(value)
