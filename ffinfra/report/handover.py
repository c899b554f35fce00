"""What a record hands on to those who judge the next change: who may approve, and what is free."""

from __future__ import annotations

import difflib

from ffinfra.gate.signers import SIGNERS_FILE, Authority
from ffinfra.report.plain import plain


def handover_lines(before: Authority, signers: str, *, free_additions: bool) -> tuple[str, ...]:
    """What would be different for the next change, line by line; empty where nothing is.

    Args:
        before: who and what judges this change.
        signers: the text of .allowed_signers that would judge the next.
        free_additions: whether pure additions would need nobody.
    """
    lines: list[str] = []
    if signers != before.signers:
        lines.append(f"who may approve from the next change on ({SIGNERS_FILE}):")
        old, new = before.signers.split("\n"), signers.split("\n")
        lines += [f"  {plain(line)}" for line in difflib.ndiff(old, new) if line[:1] in "+-"]
    if free_additions != before.free_additions:
        lines.append(
            f"free additions: {_word(before.free_additions)} -> {_word(free_additions)}"
            " (where they are free, whatever only adds needs no signature)"
        )
    return tuple(lines)


def _word(free: bool) -> str:
    return "free" if free else "not free"
