"""A short document as plain blocks, so that one text is written as Markdown and as a page to print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from ffinfra.report.plain import plain

_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>&#|~])")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 begins a new sheet when printed, but for the first of them."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A numbered list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be typed, or to be seen on a screen, exactly as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Items | Code | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A title and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


def markdown(document: Document) -> str:
    """The document as CommonMark with tables; nothing in it becomes markup or HTML by itself."""
    parts = [f"# {_escaped(document.title)}", *(_block(block) for block in document.blocks)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_escaped(block.text)}"
        case Paragraph():
            return _escaped(block.text)
        case Items():
            return "\n".join(
                f"{number}. {_escaped(text)}" for number, text in enumerate(block.items, start=1)
            )
        case Code():
            return _fenced([plain(line) for line in block.lines])
        case Table():
            return "\n".join([_row(block.head), _row(["---"] * len(block.head)), *map(_cells, block.rows)])
    assert_never(block)


def _fenced(lines: Sequence[str]) -> str:
    """A fence longer than any row of backticks within (CommonMark section 4.5)."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *lines, fence])


def _cells(cells: Sequence[str]) -> str:
    return _row([_escaped(cell) for cell in cells])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text in which no character means anything (CommonMark section 2.4)."""
    return _MARKDOWN.sub(r"\\\1", plain(" ".join(text.split())))
