"""The text that a TXT record carries, and the tag lists that DKIM and DMARC write in it."""

from __future__ import annotations

import re

_STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
_ESCAPE = re.compile(r"\\([0-9]{3}|.)")


def joined(value: str) -> str:
    """A TXT value's strings put together, as SPF, DKIM and DMARC ask (RFC 7208 section 3.3); octets as Latin-1."""
    return "".join(_ESCAPE.sub(_unescaped, part) for part in _STRING.findall(value))


def tag_list(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Read ``tag=value; tag=value`` (RFC 6376 section 3.2): the tags in order, and what is wrong with the form."""
    tags: list[tuple[str, str]] = []
    problems: list[str] = []
    parts = text.split(";")
    if parts and not parts[-1].strip():
        parts.pop()
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not re.fullmatch(r"\s*[A-Za-z][A-Za-z0-9_]*\s*", name):
            problems.append(f"{part.strip()!r} is not of the form tag=value")
        elif name.strip() in (tag for tag, _ in tags):
            problems.append(f"the tag {name.strip()} stands twice")
        else:
            tags.append((name.strip(), value.strip()))
    return tags, problems


def _unescaped(match: re.Match[str]) -> str:
    found = match.group(1)
    return chr(int(found)) if found.isdigit() and len(found) == 3 else found
