"""Values of records: what the API takes, and the form in which it keeps them.

Syntax is dnspython's. Canonical means here: names in lower case, IPv6 addresses compressed, one space between
fields. TXT is kept as sent, but it must consist of quoted strings.
"""

from __future__ import annotations

import re
from enum import StrEnum

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

_QUOTED_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*')
_QUOTED_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(?:\d{3}|.)")
_OWNER_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")

_LONGEST_NAME = 253
LONGEST_STRING = 255
"""Octets of one character-string (RFC 1035 section 3.3)."""


class RecordType(StrEnum):
    """The types that Hetzner DNS knows."""

    A = "A"
    AAAA = "AAAA"
    CAA = "CAA"
    CNAME = "CNAME"
    DS = "DS"
    HINFO = "HINFO"
    HTTPS = "HTTPS"
    MX = "MX"
    NS = "NS"
    PTR = "PTR"
    RP = "RP"
    SOA = "SOA"
    SRV = "SRV"
    SVCB = "SVCB"
    TLSA = "TLSA"
    TXT = "TXT"


def owner_problem(name: str, zone: str) -> str | None:
    """What is wrong with the name of an RRset: relative to the zone, ``@`` for its apex."""
    labels = name.removeprefix("*.").split(".") if name not in ("@", "*") else []
    faults = {
        "must not end with a dot": name.endswith("."),
        "must not end with the name of the zone": name == zone or name.endswith(f".{zone}"),
        "must be in lower case": name != name.lower(),
        "is no domain name": not all(_OWNER_LABEL.fullmatch(label) for label in labels),
        "is too long": len(f"{name}.{zone}") > _LONGEST_NAME,
    }
    return next((fault for fault, found in faults.items() if found), None)


def canonical_value(record_type: RecordType, value: str) -> str:
    """The value as the API keeps it.

    Raises:
        ValueError: it is not of this type's syntax; the message says why.
    """
    if record_type is RecordType.TXT:
        return _checked_text(value)
    rdata = _parsed(record_type, value)
    names = {
        slot: item.canonicalize()
        for kind in type(rdata).__mro__
        for slot in getattr(kind, "__slots__", ())
        if isinstance(item := getattr(rdata, slot, None), dns.name.Name)
    }
    return rdata.replace(**names).to_text()


def _parsed(record_type: RecordType, value: str) -> dns.rdata.Rdata:
    try:
        kind = dns.rdatatype.from_text(record_type.value)
        return dns.rdata.from_text(dns.rdataclass.IN, kind, value, relativize=False)
    except (dns.exception.DNSException, ValueError, IndexError) as error:
        raise ValueError(f"{value!r} is no {record_type.value} value: {error or 'syntax error'}") from None


def _checked_text(value: str) -> str:
    """A TXT value, if it consists of quoted strings of at most 255 octets."""
    if not _QUOTED_STRINGS.fullmatch(value):
        raise ValueError("a TXT value must consist of one or more quoted strings")
    for string in _QUOTED_STRING.findall(value):
        if len(_ESCAPE.sub("x", string).encode()) > LONGEST_STRING:
            raise ValueError(f"a string of a TXT value must not be longer than {LONGEST_STRING} octets")
    _parsed(RecordType.TXT, value)
    return value
