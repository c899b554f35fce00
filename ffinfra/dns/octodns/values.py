"""One value of a record between octoDNS's fields and canonical texts.

Source: https://octodns.readthedocs.io/en/latest/records.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "CAA": ("flags", "tag", "value"),
        "DS": ("key_tag", "algorithm", "digest_type", "digest"),
        "MX": ("preference", "exchange"),
        "NAPTR": ("order", "preference", "flags", "service", "regexp", "replacement"),
        "SRV": ("priority", "weight", "port", "target"),
        "SSHFP": ("algorithm", "fingerprint_type", "fingerprint"),
        "TLSA": ("certificate_usage", "selector", "matching_type", "certificate_association_data"),
    }
)
"""The fields of types with several, in the order of the master file."""

FORMER: Final[Mapping[str, str]] = MappingProxyType({"preference": "priority", "exchange": "value"})
"""What octoDNS called fields of MX before, and still reads."""

TEXTS: Final = frozenset({"TXT", "SPF"})
PLAIN: Final = frozenset({"A", "AAAA", "CNAME", "DNAME", "NS", "PTR"})
SUPPORTED: Final = PLAIN | TEXTS | FIELDS.keys()

_QUOTED: Final = frozenset({("CAA", "value"), ("NAPTR", "flags"), ("NAPTR", "service"), ("NAPTR", "regexp")})
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')


def rdata_of(rdtype: str, value: object) -> str:
    """The text of a value in a master file, not canonical yet.

    Raises:
        ValueError: a field is missing or the type is not known here.
    """
    if rdtype in PLAIN:
        return str(value)
    if rdtype in TEXTS:
        return _quoted_strings(str(value).replace("\\;", ";").encode())
    if rdtype not in FIELDS:
        raise ValueError(f"{rdtype} is not read from octoDNS")
    if not isinstance(value, Mapping):
        raise ValueError(f"a value of {rdtype} is a mapping with {', '.join(FIELDS[rdtype])}")
    return " ".join(_field(rdtype, name, value) for name in FIELDS[rdtype])


def value_of(rdtype: str, rdata: str) -> object:
    """What octoDNS has for a canonical text.

    Raises:
        ValueError: octoDNS has no form for it: the type, or text that is not UTF-8.
    """
    if rdtype in PLAIN:
        return rdata
    tokens: list[str] = _TOKEN.findall(rdata)
    if rdtype in TEXTS:
        return b"".join(_octets(token) for token in tokens).decode().replace(";", "\\;")
    if rdtype not in FIELDS:
        raise ValueError(f"octoDNS has no form for {rdtype} that is written here")
    names = FIELDS[rdtype]
    tokens = [*tokens[: len(names) - 1], "".join(tokens[len(names) - 1 :])]
    return {name: _plain(token) for name, token in zip(names, tokens, strict=True)}


def _field(rdtype: str, name: str, value: Mapping[str, object]) -> str:
    found = value.get(name, value.get(FORMER.get(name, name)) if rdtype == "MX" else None)
    if found is None:
        raise ValueError(f"a value of {rdtype} lacks {name}")
    return _quoted_strings(str(found).encode()) if (rdtype, name) in _QUOTED else str(found)


def _plain(token: str) -> str | int:
    if token.startswith('"'):
        return _octets(token).decode()
    return int(token) if token.isdigit() else token


def _quoted_strings(octets: bytes) -> str:
    parts = [octets[at : at + 255] for at in range(0, len(octets), 255)] or [b""]
    return " ".join('"' + "".join(_escaped(octet) for octet in part) + '"' for part in parts)


def _escaped(octet: int) -> str:
    if octet in b'"\\':
        return f"\\{chr(octet)}"
    return chr(octet) if 32 <= octet < 127 else f"\\{octet:03d}"


def _octets(token: str) -> bytes:
    """The octets of a character-string, its escapes resolved (RFC 1035 section 5.1)."""
    inner = token[1:-1] if token.startswith('"') else token
    found = bytearray()
    for part in re.finditer(r"\\(\d{3})|\\(.)|(.)", inner, re.DOTALL):
        number, escaped, plain = part.groups()
        found += bytes([int(number)]) if number else (escaped or plain).encode()
    return bytes(found)
