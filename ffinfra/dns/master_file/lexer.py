"""Splitting a master file into entries: one record or directive each, with parentheses and comments resolved.

An entry that cannot be split is reported and left out, and reading goes on with the next one, so that all
mistakes of a file come out at once. dnspython's tokenizer gives up at the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAXIMUM_PROBLEMS: Final = 100
"""After so many lexical problems the rest of a file is not looked at: it is not a master file."""

_PIECE = re.compile(
    r"""(?P<blank>[ \t]+)
    | (?P<comment>;.*)
    | (?P<open>\()
    | (?P<close>\))
    | "(?P<quoted>(?:\\.|[^"\\])*)"
    | (?P<word>(?:\\.|[^ \t;()"\\])+)
    | (?P<broken>.)""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_RECORD_HEAD = re.compile(r'[^\s;()"][^\s;()"]*\s+(?:[0-9][0-9A-Za-z]*\s+)?(?:IN|CH|HS)\s', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a quoted string; the text keeps its escapes and has lost its quotes."""

    text: str
    line: int
    column: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """The tokens of one record or directive; never empty.

    Attributes:
        tokens: in order, without parentheses.
        indented: whether it begins with a blank, so that the owner is the one before (RFC 1035 section 5.1).
    """

    tokens: tuple[Token, ...]
    indented: bool


@dataclass(frozen=True, slots=True)
class LexicalProblem:
    """A place where the text cannot be split.

    Attributes:
        line: counted from 1, as the column.
        column: where in the line.
        text: the line as it stands.
        what: what is wrong there.
        way_out: what to do.
    """

    line: int
    column: int
    text: str
    what: str
    way_out: str


@dataclass(slots=True)
class _Collecting:
    """The entry under construction: its tokens and the parentheses that are open."""

    tokens: list[Token] = field(default_factory=list)
    opened: list[tuple[int, int]] = field(default_factory=list)


def split_entries(text: str) -> Iterator[Entry | LexicalProblem]:
    """The entries of a text and, in between, what could not be split; lines and columns count from 1."""
    lines = re.split(r"\r\n|\n|\r", text)
    number, problems = 0, 0
    while number < len(lines):
        found, number = _next_entry(lines, number)
        if isinstance(found, LexicalProblem):
            problems += 1
            if problems > MAXIMUM_PROBLEMS:
                return
        if found is not None:
            yield found


def _next_entry(lines: list[str], start: int) -> tuple[Entry | LexicalProblem | None, int]:
    """The entry that begins in a line (counted from 0), if any, and the line after it."""
    collecting = _Collecting()
    number = start
    while number < len(lines):
        if collecting.opened and _RECORD_HEAD.match(lines[number]):
            return _never_closed(collecting, lines), number
        problem = _take_line(collecting, lines[number], number + 1)
        number += 1
        if problem is not None:
            return problem, _resume(lines, number) if collecting.opened else number
        if not collecting.opened:
            entry = Entry(tuple(collecting.tokens), lines[start][:1] in (" ", "\t"))
            return (entry if entry.tokens else None), number
    return _never_closed(collecting, lines), _resume(lines, collecting.opened[0][0])


def _take_line(collecting: _Collecting, line: str, number: int) -> LexicalProblem | None:
    control = _CONTROL.search(line)
    if control is not None:
        what = f"the control character \\{ord(control.group()):03d} cannot stand in a master file"
        return LexicalProblem(number, control.start() + 1, line, what, "Remove it; is this a text file?")
    for piece in _PIECE.finditer(line):
        column = piece.start() + 1
        match piece.lastgroup:
            case "word":
                collecting.tokens.append(Token(piece.group(), number, column))
            case "quoted":
                collecting.tokens.append(Token(piece.group("quoted"), number, column, quoted=True))
            case "open":
                collecting.opened.append((number, column))
            case "close" if collecting.opened:
                collecting.opened.pop()
            case "close" | "broken":
                return LexicalProblem(number, column, line, *_broken(piece.group()))
    return None


def _broken(character: str) -> tuple[str, str]:
    """What is wrong with a character that begins no piece, and the way out."""
    match character:
        case ")":
            return "')' closes nothing", "Remove it, or write the '(' before it."
        case '"':
            way_out = "Close it with '\"' on the same line; a long text is several quoted strings in a row."
            return "the quoted string does not end on its line", way_out
        case _:
            way_out = "Write the escaped character or its decimal code, such as \\046."
            return "a backslash stands at the end of the line", way_out


def _never_closed(collecting: _Collecting, lines: list[str]) -> LexicalProblem:
    line, column = collecting.opened[0]
    way_out = "Write ')' after the record's last value."
    return LexicalProblem(line, column, lines[line - 1], "'(' is never closed", way_out)


def _resume(lines: list[str], number: int) -> int:
    """The next line that looks like the beginning of an entry: neither blank nor indented nor a lone ')'."""
    while number < len(lines) and (lines[number][:1] in ("", " ", "\t", ")", ";")):
        number += 1
    return number
