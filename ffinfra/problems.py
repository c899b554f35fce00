"""What is wrong with an input, told so that a volunteer can mend it without reading our code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""A place inside a document, such as ("network", "hosts", 1, "cores")."""


def path_text(path: KeyPath) -> str:
    """A path as people write it: ``network.hosts[1].cores``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def printable(text: str) -> str:
    """A text without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and, where known, line and column (both counted from 1)."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in an input: where it stands, what is wrong, and the way out.

    Attributes:
        place: file, line and column.
        path: the place inside the document, such as ``network.hosts[1].cores``; empty for plain files.
        what: what is wrong, with the offending value.
        way_out: what is allowed, or what to do.
    """

    place: Place
    what: str
    way_out: str
    path: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}" if self.path else str(self.place)
        return f"{where}: {self.what}. {self.way_out}"


class InvalidInputError(Exception):
    """Raised when what a person wrote cannot be used; carries every problem found, never just the first.

    The command line prints the problems without a traceback and exits with 2.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("an InvalidInputError needs at least one problem")
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BlockedError(Exception):
    """Raised when a rule or a check stands against what was asked for; what it found was shown already.

    The command line prints ``what`` and ``way_out`` without a traceback and exits with 3.
    """

    def __init__(self, what: str, way_out: str) -> None:
        self.what = what
        self.way_out = way_out
        super().__init__(f"{what}. {way_out}")


class OperationalError(Exception):
    """Raised when the world does not play along: a program is missing, a server is silent, a lock is held.

    The command line prints ``what`` and ``way_out`` without a traceback and exits with 1.
    """

    def __init__(self, what: str, way_out: str) -> None:
        self.what = what
        self.way_out = way_out
        super().__init__(f"{what}. {way_out}")
