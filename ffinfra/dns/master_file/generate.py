"""$GENERATE, BIND's way to write a row of records in one line (BIND 9 Administrator Reference Manual)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAXIMUM_GENERATED: Final = 65536
"""How many records all $GENERATE directives of one zone may make together: a reverse zone of a /16."""

MAXIMUM_WIDTH: Final = 127
"""How wide a number may be padded; BIND's own limit."""

_RANGE = re.compile(r"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?")
_PART = re.compile(
    r"(?P<literal>\\.|[^$\\]|\\$)|(?P<dollar>\$\$)"
    r"|\$(?:\{(?P<offset>[+-]?[0-9]{1,10})(?:,(?P<width>[0-9]{1,4})(?:,(?P<base>[doxXnN]))?)?\}|(?P<brace>\{))?"
)


@dataclass(frozen=True, slots=True)
class Iteration:
    """The numbers that a directive runs through."""

    start: int
    stop: int
    step: int

    @property
    def numbers(self) -> range:
        """From start to stop, both included."""
        return range(self.start, self.stop + 1, self.step)


def parse_range(text: str) -> Iteration:
    """Read ``start-stop`` or ``start-stop/step``.

    Raises:
        ValueError: says what is wrong.
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a range of the form start-stop or start-stop/step")
    start, stop, step = int(match[1]), int(match[2]), int(match[3] or 1)
    if stop < start or step < 1:
        raise ValueError(f"the range {text} runs through no number")
    return Iteration(start, stop, step)


def expand(template: str, number: int) -> str:
    """Put a number into a template for each ``$`` or ``${offset,width,base}``; ``$$`` is a dollar sign.

    The base is d, o, x, X (decimal, octal, hexadecimal) or n, N (hexadecimal digits in reverse order with
    dots between, for ip6.arpa). Text behind a backslash stays as it is.

    Raises:
        ValueError: says what is wrong with the template.
    """
    text = ""
    for part in _PART.finditer(template):
        if part["literal"] is not None:
            text += part["literal"]
        elif part["dollar"] is not None:
            text += "$"
        elif part["brace"] is not None:
            raise ValueError(f"{template!r} holds a '${{' that is not of the form ${{offset,width,base}}")
        else:
            value = number + int(part["offset"] or 0)
            text += _formatted(value, int(part["width"] or 0), part["base"] or "d")
    return text


def _formatted(value: int, width: int, base: str) -> str:
    if width > MAXIMUM_WIDTH:
        raise ValueError(f"a width of {width} is more than {MAXIMUM_WIDTH}")
    if value < 0:
        raise ValueError(f"the offset leads to the negative number {value}")
    if base in ("n", "N"):
        return _nibbles(value, width, upper=base == "N")
    return format(value, base).zfill(width)


def _nibbles(value: int, width: int, *, upper: bool) -> str:
    """Digits from the lowest to the highest with dots between; the width counts the dots too."""
    digits = format(value, "X" if upper else "x")[::-1]
    return ".".join(digits.ljust((width + 1) // 2, "0"))
