"""Domain names as text: absolute, lower case, in A-label form, ordered as RFC 4034 section 6.1 orders them.

The text is dnspython's: octets that mean something in a master file are escaped (RFC 1035 section 5.1),
so a name holds no blank and no unescaped quote, and two names are equal exactly when their texts are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import dns.exception
import dns.name

IDNA: Final = dns.name.IDNA_2008_Practical
"""How names in Unicode become A-labels (RFC 5891, with the mapping of UTS 46; underscores pass)."""

_PLAIN_NAME = re.compile(r"(?:[a-z0-9_*-]{1,63}\.)+")
_LABEL = re.compile(r"(?:\\[0-9]{3}|\\.|[^\\.])+")


def to_name(text: str, origin: dns.name.Name | None = None) -> dns.name.Name:
    """A dnspython name from text as a person writes it.

    Args:
        text: the name; Unicode is allowed, ``@`` stands for the origin.
        origin: what is appended to a relative name; without it a relative name is an error.

    Raises:
        ValueError: says in a sentence why this is no name.
    """
    try:
        name = dns.name.from_text(text, origin, IDNA)
    except dns.name.LabelTooLong:
        raise ValueError(f"a label of {shortened(text)} is longer than 63 octets") from None
    except dns.name.NameTooLong:
        raise ValueError(f"{shortened(text)} is longer than 255 octets") from None
    except dns.name.EmptyLabel:
        raise ValueError(f"{shortened(text)} has an empty label: two dots in a row or one in front") from None
    except (dns.name.BadEscape, dns.name.IDNAException, dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{shortened(text)} is not a domain name ({error})") from None
    if not name.is_absolute():
        raise ValueError(f"{shortened(text)} has no final dot and there is no origin to append")
    return name


def name_text(name: dns.name.Name) -> str:
    """The canonical text of an absolute dnspython name."""
    return name.canonicalize().to_text()


def canonical_name(text: str, origin: str | None = None) -> str:
    """The canonical text of a name as a person writes it; see ``to_name`` for arguments and errors."""
    if is_plain_canonical(text):
        return text
    return name_text(to_name(text, None if origin is None else to_name(origin)))


def is_plain_canonical(text: str) -> bool:
    """Whether a text surely is a canonical absolute name; False for rare names that need a closer look."""
    return len(text) <= 254 and _PLAIN_NAME.fullmatch(text) is not None


def labels(name: str) -> tuple[str, ...]:
    """The labels of a canonical name from left to right, without the root's."""
    if "\\" not in name:
        return tuple(name[:-1].split(".")) if name != "." else ()
    return tuple(_LABEL.findall(name))


def parent(name: str) -> str:
    """The name without its first label; the root's parent is the root."""
    rest = labels(name)[1:]
    return ".".join(rest) + "."


def is_within(name: str, zone: str) -> bool:
    """Whether a canonical name is the zone's apex or lies below it."""
    if zone in (name, "."):
        return True
    if "\\" not in name:
        return name.endswith("." + zone)
    wanted = labels(zone)
    return labels(name)[-len(wanted) :] == wanted


def ancestors(name: str, zone: str) -> tuple[str, ...]:
    """The names strictly between a name and its zone's apex, nearest first, and then the apex."""
    found = []
    while name not in (zone, "."):
        name = parent(name)
        found.append(name)
    return tuple(found)


@lru_cache(maxsize=65536)
def sort_key(name: str) -> tuple[bytes, ...]:
    """What to sort canonical names by: their labels as octets, the last one first (RFC 4034 section 6.1)."""
    if "\\" not in name:
        return tuple(label.encode() for label in reversed(labels(name)))
    return tuple(reversed(dns.name.from_text(name).labels[:-1]))


def relative(name: str, zone: str) -> str:
    """A name as it stands in its zone: ``@`` for the apex, without the zone's name below it."""
    if name == zone:
        return "@"
    if zone == "." or not is_within(name, zone):
        return name
    return name[: -len(zone) - 1]


def shortened(text: str, limit: int = 60) -> str:
    """A text as a message shows it: printable, on one line, bounded."""
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return printable if len(printable) <= limit else printable[: limit - 3] + "..."
