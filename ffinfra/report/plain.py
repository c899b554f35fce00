"""Text of strangers on one line: a name can neither draw on a terminal nor begin a line of its own."""

from __future__ import annotations


def plain(text: str) -> str:
    r"""A text on one line; what does not print is escaped as Python writes it, such as ``\n`` or ``\u202e``.

    That takes in line ends of all kinds, control characters, direction overrides and characters without width
    (Unicode's categories "other" and "separator", but for the space).
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def plain_lines(text: str) -> str:
    """The same for a text that may have several lines, such as the engine's talk."""
    return "\n".join(map(plain, text.split("\n")))
