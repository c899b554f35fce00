"""The order of Debian package versions (deb-version(7), Debian Policy 5.6.12)."""

from __future__ import annotations

import re
from itertools import zip_longest

_PARTS = re.compile(r"(\D*)(\d*)")


def compare_versions(left: str, right: str) -> int:
    """Negative, zero or positive as ``left`` is older than, equal to or newer than ``right``."""
    left_key, right_key = _split(left), _split(right)
    if left_key[0] != right_key[0]:
        return left_key[0] - right_key[0]
    return _compare_part(left_key[1], right_key[1]) or _compare_part(left_key[2], right_key[2])


def _split(version: str) -> tuple[int, str, str]:
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, hyphen, revision = rest.rpartition("-")
    if not hyphen:
        upstream, revision = rest, "0"
    return int(epoch), upstream, revision


def _compare_part(left: str, right: str) -> int:
    """Non-digit runs in dpkg's letter order, digit runs as numbers, in turn."""
    pairs = zip_longest(_PARTS.findall(left), _PARTS.findall(right), fillvalue=("", ""))
    for (left_text, left_number), (right_text, right_number) in pairs:
        order = _compare_text(left_text, right_text) or int(left_number or 0) - int(right_number or 0)
        if order:
            return order
    return 0


def _compare_text(left: str, right: str) -> int:
    for left_character, right_character in zip_longest(left, right, fillvalue=""):
        order = _weight(left_character) - _weight(right_character)
        if order:
            return order
    return 0


def _weight(character: str) -> int:
    """A tilde sorts before the end of the part, letters before everything else."""
    if character == "~":
        return -1
    if not character:
        return 0
    return ord(character) if character.isalpha() else ord(character) + 256
