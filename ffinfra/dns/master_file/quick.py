"""The short way for what most lines of a master file are: plain names, addresses and quoted ASCII.

Whatever is not surely plain gives None, and dnspython looks at it. A test holds both ways against each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ffinfra.dns.master_file.lexer import Token
from ffinfra.dns.master_file.suggestions import lacks_final_dot
from ffinfra.dns.names import is_plain_canonical
from ffinfra.dns.values import is_surely_canonical

_LABELS: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ADDRESS_LIKE: Final = re.compile(r"[0-9.]+")
_ONE_NAME: Final = frozenset({"NS", "CNAME", "PTR", "DNAME"})
_ADDRESSES: Final = frozenset({"A", "AAAA"})


def quick_name(token: Token, origin: str | None, origins: tuple[str, ...]) -> str | None:
    """A canonical name from a token, or None.

    Args:
        token: what is written.
        origin: appended to relative names.
        origins: names that, at the end of a relative name, hint at a forgotten final dot.
    """
    if token.quoted:
        return None
    text = token.text.lower()
    if text.endswith("."):
        return text if is_plain_canonical(text) else None
    if origin is None or origin == ".":
        return None
    if text == "@":
        return origin
    if _LABELS.fullmatch(text) is None or lacks_final_dot(text, origins):
        return None
    whole = f"{text}.{origin}"
    return whole if is_plain_canonical(whole) else None


def quick_value(
    rdtype: str, tokens: Sequence[Token], origin: str | None, origins: tuple[str, ...]
) -> str | None:
    """The canonical text of a value from its tokens, or None."""
    if rdtype in _ADDRESSES and len(tokens) == 1 and not tokens[0].quoted:
        return tokens[0].text if is_surely_canonical(rdtype, tokens[0].text) else None
    if rdtype in _ONE_NAME and len(tokens) == 1:
        return _quick_target(tokens[0], origin, origins)
    if rdtype == "MX" and len(tokens) == 2 and not tokens[0].quoted:
        name = _quick_target(tokens[1], origin, origins)
        value = f"{tokens[0].text} {name}"
        return value if name is not None and is_surely_canonical("MX", value) else None
    if rdtype == "TXT" and all(token.quoted for token in tokens):
        value = " ".join(f'"{token.text}"' for token in tokens)
        return value if is_surely_canonical("TXT", value) else None
    return None


def _quick_target(token: Token, origin: str | None, origins: tuple[str, ...]) -> str | None:
    """A name that a value leads to; what looks like an address is somebody's mistake."""
    return None if _ADDRESS_LIKE.fullmatch(token.text) else quick_name(token, origin, origins)
