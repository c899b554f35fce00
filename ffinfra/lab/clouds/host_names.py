"""Host names and zone names as both providers want them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ZONE_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ZONE_NAME = re.compile(rf"{_ZONE_LABEL}(?:\.{_ZONE_LABEL})+")


def is_host_name(name: str) -> bool:
    """Whether a name is a host name (RFC 1123 section 2.1), in any case, without a dot at its end."""
    return len(name) <= 253 and _HOST_NAME.fullmatch(name.lower()) is not None


def is_zone_name(name: str) -> bool:
    """Whether a name can name a zone: lower case, at least two labels, no dot at its end."""
    return len(name) <= 253 and _ZONE_NAME.fullmatch(name) is not None


def is_registrable(name: str, public_suffixes: Sequence[str] | None) -> bool:
    """Whether a name is one label below a public suffix; always true if no suffixes are given."""
    if public_suffixes is None:
        return True
    _, _, parent = name.partition(".")
    return parent in public_suffixes
