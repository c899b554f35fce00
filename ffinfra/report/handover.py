"""What a change hands on to those who judge the next one, in lines for a person."""

from __future__ import annotations

import difflib

from ffinfra.gate.handing_on import HandingOn, UnknownAuthority
from ffinfra.gate.signers import SIGNERS_FILE
from ffinfra.report.plain import plain

WHO = f"who may approve from the next change on ({SIGNERS_FILE}):"
APART = "the signers are approved by themselves, once this is applied"


def handover_lines(handing_on: HandingOn) -> tuple[str, ...]:
    """What would be different for the next change, line by line; empty where nothing is."""
    before = handing_on.before
    if isinstance(before, UnknownAuthority):
        return (f"who may approve: not known ({plain(before.reason)})",)
    lines: list[str] = []
    if handing_on.changes_signers:
        lines += [WHO, *(f"  {plain(line)}" for line in signer_lines(before.signers, handing_on.signers))]
    if handing_on.changes_free:
        lines.append(free_line(before.free_additions, handing_on.free_additions))
    if handing_on.changes_signers and handing_on.apart:
        lines.append(APART)
    return tuple(lines)


def signer_lines(before: str, after: str) -> tuple[str, ...]:
    """The lines that come (``+ ``) and go (``- ``)."""
    compared = difflib.ndiff(before.split("\n"), after.split("\n"))
    return tuple(line for line in compared if line[:1] in "+-")


def free_line(before: bool, after: bool) -> str:
    """What becomes of pure additions."""
    return (
        f"free additions: {_word(before)} -> {_word(after)}"
        " (where they are free, whatever only adds needs no signature)"
    )


def _word(free: bool) -> str:
    return "free" if free else "not free"
