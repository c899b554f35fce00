"""Filling in templates so that no value can add a line or a directive.

Values are of validated types already; here is the second lock. A text that is filled in may hold only
characters that end no word, line, string or block in any of the formats we write. Whole lines that were made
elsewhere of validated parts are passed as ``Line`` on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)

from jinja2 import Environment, PackageLoader, StrictUndefined

_INERT = re.compile(r"[A-Za-z0-9.,:/@%+=_~*()\[\]-]*")
_INERT_TYPES = (
    int,
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)


class UnsafeValueError(ValueError):
    """A value that could add a line or a directive to a rendered file."""


class Line(str):
    """A text that may hold spaces and punctuation, but stays on one line; made only of validated parts."""

    __slots__ = ()


def listed(values: Iterable[object], separator: str = ", ") -> Line:
    """Values in a row on one line, each of them inert."""
    return Line(separator.join(str(_finalized(value)) for value in values))


def _finalized(value: object) -> object:
    """Let through what is harmless; called for every value that a template fills in."""
    if isinstance(value, Line):
        if all(character.isprintable() or character == "\t" for character in value):
            return value
        raise UnsafeValueError(f"a line with a control character: {str(value)!r}")
    if isinstance(value, str):
        if _INERT.fullmatch(value):
            return value
        raise UnsafeValueError(f"a value that does not stay inert in a file: {value!r}")
    if isinstance(value, _INERT_TYPES) and not isinstance(value, bool):
        return value
    raise UnsafeValueError(f"a {type(value).__name__} cannot be filled into a file")


def header(host: str, comment: str = "#") -> Line:
    """The first line of every file."""
    return Line(
        f"{comment} Written by ffinfra for {_finalized(host)} from the network's declaration; edits here are lost."
    )


_ENVIRONMENT = Environment(
    loader=PackageLoader("ffinfra.hosts", "templates"),
    undefined=StrictUndefined,
    finalize=_finalized,
    autoescape=False,  # noqa: S701 - no HTML; _finalized guards every value
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.globals["header"] = header


def rendered(template: str, **values: object) -> str:
    """A template of ``ffinfra/hosts/templates`` with its values filled in.

    Raises:
        UnsafeValueError: a value would not stay inert.
    """
    return _ENVIRONMENT.get_template(template).render(**values)
