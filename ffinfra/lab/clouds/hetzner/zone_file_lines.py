"""The lines of a master file: comments, parentheses, inherited owners, TTL and class in either order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import dns.ttl

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(?:[^\s";()\\]|\\.)+|[();]')
_CLASSES = ("CH", "HS", "CS", "ANY")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A record; the name is relative to the zone, a TTL is only there if it was written out."""

    line: int
    name: str
    ttl: int | None
    type: str
    value: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says: its ``$TTL`` in seconds, and its records."""

    ttl: int | None
    records: tuple[FileRecord, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A logical line: its first line's number, whether it names an owner, its words and its last comment."""

    line: int
    owned: bool
    words: tuple[str, ...]
    comment: str | None


def parsed(text: str, zone: str) -> FileText:
    """Read a master file for a zone.

    Raises:
        ValueError: what is wrong, with the number of the line.
    """
    ttl: int | None = None
    owner = "@"
    records: list[FileRecord] = []
    for entry in _entries(text):
        if entry.words[0].startswith("$"):
            ttl = _directive(entry, zone, ttl)
            continue
        words = list(entry.words)
        if entry.owned:
            owner = _relative(words.pop(0), zone)
        records.append(_record(entry, owner, words))
    return FileText(ttl, tuple(records))


def _entries(text: str) -> Iterator[_Entry]:
    words: list[str] = []
    depth, first, owned = 0, 1, False
    for number, line in enumerate(text.splitlines(), 1):
        if depth == 0:
            words, first, owned = [], number, not line[:1].isspace()
        comment = None
        for found in _TOKEN.finditer(line):
            word = found.group()
            if word == ";":
                comment = line[found.end() :].strip() or None
                break
            if word in "()":
                depth += 1 if word == "(" else -1
            else:
                words.append(word)
        if depth < 0:
            raise ValueError(f"line {number}: a parenthesis is closed that was not opened")
        if depth == 0 and words:
            yield _Entry(first, owned, tuple(words), comment)
            words = []
    if depth:
        raise ValueError(f"line {first}: a parenthesis is not closed")


def _directive(entry: _Entry, zone: str, ttl: int | None) -> int | None:
    """Take a ``$`` line; returns the default TTL from here on."""
    match entry.words:
        case ["$ORIGIN", origin]:
            if origin.lower() != f"{zone}.":
                raise ValueError(f"line {entry.line}: $ORIGIN is {origin}, not {zone}.")
            return ttl
        case ["$TTL", value]:
            return _seconds(value, entry.line)
    raise ValueError(f"line {entry.line}: {entry.words[0]} is not understood")


def _record(entry: _Entry, owner: str, words: list[str]) -> FileRecord:
    ttl: int | None = None
    while words and (words[0][:1].isdigit() or words[0].upper() in ("IN", *_CLASSES)):
        word = words.pop(0)
        if word.upper() in _CLASSES:
            raise ValueError(f"line {entry.line}: only class IN is allowed")
        if word[:1].isdigit():
            ttl = _seconds(word, entry.line)
    if len(words) < 2:
        raise ValueError(f"line {entry.line}: a type and a value are missing")
    return FileRecord(entry.line, owner, ttl, words[0].upper(), " ".join(words[1:]), entry.comment)


def _relative(name: str, zone: str) -> str:
    lower = name.lower()
    if lower == f"{zone}.":
        return "@"
    return lower.removesuffix(f".{zone}.")


def _seconds(text: str, line: int) -> int:
    try:
        return dns.ttl.from_text(text)
    except dns.ttl.BadTTL:
        raise ValueError(f"line {line}: {text!r} is no TTL") from None
