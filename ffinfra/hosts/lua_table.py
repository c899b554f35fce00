"""A reader for the Lua tables of gluon's site.conf: values only, no program is run.

Read are tables, strings (quoted or in long brackets), numbers, true, false, nil and comments (Lua 5.1 reference
manual, 2.1 and 2.5.7). Everything else, such as a call or a concatenation, is named as what cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ffinfra.problems import InvalidInputError, Place, Problem

LuaValue = None | bool | int | float | str | dict[str | int, "LuaValue"]
"""A value; a list is a table with the keys 1, 2, 3."""

_LONGEST: Final = 2_000_000
_DEEPEST: Final = 50

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--\[(?P<level>=*)\[.*?\](?P=level)\]|--[^\n]*)
  | (?P<long>\[(?P<equals>=*)\[(?P<inside>.*?)\](?P=equals)\])
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<number>-?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark>[{}\[\]=,;])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(\d{1,3}|.)", re.DOTALL)
_CONSTANTS: Final[dict[str, LuaValue]] = {"true": True, "false": False, "nil": None}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def read_lua_table(text: str, file: str) -> dict[str | int, LuaValue]:
    """The table that a site.conf consists of; a leading ``return`` may stand before it.

    Raises:
        InvalidInputError: names the line and what cannot be read there.
    """
    if len(text) > _LONGEST:
        raise _mistake(file, 1, f"{len(text)} characters", f"A site.conf has less than {_LONGEST}")
    reader = _Reader(list(_tokens(text, file)), file)
    if reader.next_is("return"):
        reader.take()
    if not reader.next_is("{"):
        raise reader.unexpected("a table: {")
    table = reader.table(0)
    if not reader.next_is(""):
        raise reader.unexpected("the end of the file")
    return table


def _tokens(text: str, file: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _mistake(
                file,
                line,
                f"{text[position]!r} is not read",
                "Only tables of plain values are read, no calls and no operators",
            )
        kind = match.lastgroup or ""
        if match["space"] is None:
            yield _Token(kind, match["inside"] if match["long"] is not None else match[0], line)
        line += match[0].count("\n")
        position = match.end()
    yield _Token("end", "", line)


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, tokens: list[_Token], file: str) -> None:
        self._tokens = tokens
        self._file = file
        self._at = 0

    def next_is(self, text: str, ahead: int = 0) -> bool:
        """Whether a mark, a word or the end comes next."""
        token = self._tokens[min(self._at + ahead, len(self._tokens) - 1)]
        return token.text == text and token.kind in {"mark", "name", "end"}

    def take(self) -> _Token:
        """The next token."""
        token = self._tokens[self._at]
        self._at += 1
        return token

    def unexpected(self, wanted: str) -> InvalidInputError:
        """The next token is not what should stand there."""
        token = self._tokens[self._at]
        found = token.text.splitlines()[0][:40] if token.text else "the end of the file"
        return _mistake(self._file, token.line, f"found {found}", f"Expected is {wanted}")

    def table(self, depth: int) -> dict[str | int, LuaValue]:
        """A table, from its opening brace."""
        if depth > _DEEPEST:
            raise self.unexpected(f"at most {_DEEPEST} tables inside each other")
        self.take()
        table: dict[str | int, LuaValue] = {}
        index = 1
        while not self.next_is("}"):
            key = self._key()
            if key is None:
                key, index = index, index + 1
            table[key] = self._value(depth)
            if self.next_is(",") or self.next_is(";"):
                self.take()
            elif not self.next_is("}"):
                raise self.unexpected("a comma or }")
        self.take()
        return table

    def _key(self) -> str | int | None:
        """The key before the next value, or None where there is none."""
        if self._tokens[self._at].kind == "name" and self.next_is("=", ahead=1):
            name = self.take().text
            self.take()
            return name
        if not self.next_is("["):
            return None
        self.take()
        key = self._value(_DEEPEST)
        if isinstance(key, bool) or not isinstance(key, str | int) or not self.next_is("]"):
            raise self.unexpected("a text or whole number as key, then ]")
        self.take()
        if not self.next_is("="):
            raise self.unexpected("=")
        self.take()
        return key

    def _value(self, depth: int) -> LuaValue:
        if self.next_is("{"):
            return self.table(depth + 1)
        token = self._tokens[self._at]
        match token.kind:
            case "string":
                return _unescaped(self.take().text[1:-1])
            case "inside" | "long":
                return self.take().text.removeprefix("\n")
            case "number":
                return _number(self.take().text)
            case "name" if token.text in _CONSTANTS:
                return _CONSTANTS[self.take().text]
            case _:
                raise self.unexpected("a text, a number, true, false, nil or a table")


def _unescaped(text: str) -> str:
    def meaning(match: re.Match[str]) -> str:
        escaped = match[1]
        return chr(int(escaped)) if escaped.isdigit() else _ESCAPES.get(escaped, escaped)

    return _ESCAPE.sub(meaning, text)


def _number(text: str) -> int | float:
    if "x" in text.lower():
        return int(text, 16)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _mistake(file: str, line: int, what: str, way_out: str) -> InvalidInputError:
    return InvalidInputError([Problem(place=Place(file, line), what=what, way_out=way_out)])
