"""The form of host names (RFC 952, RFC 1123 section 2.1, RFC 5891 section 4.2.3.1).

Source: https://github.com/zonemaster/zonemaster, Syntax-TP/syntax04.md, syntax07.md and syntax08.md.
"""

from __future__ import annotations

import re
from typing import Final

from dns.name import Name

from ffinfra.dns.check.findings import Message, message
from ffinfra.dns.check.naming import ROOT, short

_ALLOWED: Final = re.compile(rb"[-A-Za-z0-9]+")
_DOUBLE_DASH: Final = re.compile(rb"(?!xn)..--", re.DOTALL | re.IGNORECASE)


def labels_of(name: Name) -> tuple[bytes, ...]:
    """The labels without the empty one of the root."""
    return name.labels[:-1]


def has_only_allowed_octets(name: Name) -> bool:
    """Whether all labels hold letters, digits and hyphens only."""
    return all(_ALLOWED.fullmatch(label) for label in labels_of(name))


def has_discouraged_dashes(label: bytes) -> bool:
    """Whether a label has hyphens in third and fourth place and is no A-label."""
    return _DOUBLE_DASH.match(label) is not None


def check_host_name(prefix: str, name: Name) -> list[Message]:
    """Messages about the form of one name; the tags start with the prefix."""
    messages = []
    domain = short(name)
    if not has_only_allowed_octets(name):
        messages.append(message(f"{prefix}_NON_ALLOWED_CHARS", domain=domain))
    for label in labels_of(name):
        if has_discouraged_dashes(label):
            text = label.decode("ascii", "replace")
            messages.append(message(f"{prefix}_DISCOURAGED_DOUBLE_DASH", label=text, domain=domain))
    if name != ROOT and labels_of(name)[-1].isdigit():
        tld = labels_of(name)[-1].decode("ascii")
        messages.append(message(f"{prefix}_NUMERIC_TLD", domain=domain, tld=tld))
    return messages or [message(f"{prefix}_SYNTAX_OK", domain=domain)]
