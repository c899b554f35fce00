"""Serial numbers of SOA records (RFC 1982)."""

from __future__ import annotations

from typing import Final

_HALF: Final = 2**31


def compare(one: int, other: int) -> int:
    """Negative when ``one`` comes before ``other``, positive when after, 0 when equal or incomparable."""
    distance = (one - other) % (2 * _HALF)
    if distance in {0, _HALF}:
        return 0
    return 1 if distance < _HALF else -1
