"""Scalars of YAML by the core schema of YAML 1.2 (section 10.3).

A MAC address of digits is a text, not a base-60 number, and ``on`` is a text, not a truth value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml


class CoreLoader(yaml.SafeLoader):
    """A loader that knows the scalar types of the YAML 1.2 core schema."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML's own attribute


TAG = "tag:yaml.org,2002:"
"""What the tags of the core schema begin with."""

_RESOLVERS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
)
for _name, _pattern, _first in _RESOLVERS:
    CoreLoader.add_implicit_resolver(f"{TAG}{_name}", re.compile(rf"(?:{_pattern})\Z"), list(_first))

LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:[.eE].*)?")
"""What some readers of YAML take for octal."""


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _integer(text: str) -> int:
    number = int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    if not -(2**63) <= number < 2**64:
        raise ValueError(text)
    return number


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _text(text: str) -> str:
    """A text that UTF-8 can carry: half a surrogate pair, which an escape can write, stands for no character."""
    text.encode()
    return text


def _nothing(_text: str) -> None:
    return None


SCALARS: Mapping[str, Callable[[str], Any]] = {
    f"{TAG}str": _text,
    f"{TAG}bool": _boolean,
    f"{TAG}int": _integer,
    f"{TAG}float": _fraction,
    f"{TAG}null": _nothing,
}
"""Tag of a scalar -> how its text is read; raises ValueError for a text that is none."""

NUMBERS = (f"{TAG}int", f"{TAG}float")
"""The tags of numbers."""
