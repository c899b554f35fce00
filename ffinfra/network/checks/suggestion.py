"""What to write instead of a name that nothing has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def declared(name: str, known: Iterable[str]) -> str:
    """The nearest of the names that are declared, and all of them."""
    return _suggested(name, known, "Declared")


def offered(name: str, known: Iterable[str]) -> str:
    """The nearest of the names that are offered, and all of them."""
    return _suggested(name, known, "Offered")


def _suggested(name: str, known: Iterable[str], verb: str) -> str:
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1)
    listed = f"{verb} are: {', '.join(names) or 'none'}"
    return f"Did you mean {near[0]}? {listed}" if near else listed
