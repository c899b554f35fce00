"""The texts of a preview that differ, such as files of a host, line by line in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from ffinfra.gate.operations import Operation
from ffinfra.gate.property_changes import PropertyChange
from ffinfra.gate.unfolding import unfolded
from ffinfra.report.plain import plain
from ffinfra.report.property_lines import line_by_line
from ffinfra.report.schemas import ChangeForm, PreviewForm
from ffinfra.report.steps_shown import without_parts

LONGEST_BLOCK: Final = 200
"""Lines of one change."""


def differing(change: ChangeForm) -> tuple[PropertyChange, ...]:
    """Everything in which a change's two sides differ, texts with a structure unfolded."""
    return (*(one.change for one in change.options), *unfolded(one.change for one in change.properties))


def lines_of_texts(preview: PreviewForm) -> Iterator[str]:
    """A folded block for each change of what stays, with every property and the lines of texts that differ.

    Records are told by the zones, so a resource that differs in nothing but them has no block.
    """
    blocks = [
        _block(change)
        for change in without_parts(preview.changes)
        if change.operation not in (Operation.CREATE, Operation.DELETE) and differing(change)
    ]
    if blocks:
        yield ""
        yield "Line by line:"
    yield from blocks


def _block(change: ChangeForm) -> str:
    lines = [plain(line) for one in differing(change) for line in line_by_line(one)]
    if len(lines) > LONGEST_BLOCK:
        lines = [
            *lines[:LONGEST_BLOCK],
            f"... {len(lines) - LONGEST_BLOCK} more lines (ffinfra preview --explain)",
        ]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    name = escape(plain(change.name)).replace("@", "&#64;")
    head = f"{change.operation.value} <code>{name}</code>"
    return "\n".join(
        ["", f"<details><summary>{head}</summary>", "", f"{fence}diff", *lines, fence, "", "</details>"]
    )
