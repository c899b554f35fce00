"""The canonical text of record values (rdata), so that equal values are equal texts.

Canonical means: names inside lower case where RFC 4034 section 6.2 (as corrected by RFC 6840 section 5.1)
compares them so, IPv6 addresses compressed (RFC 5952), character-strings quoted and split as given, hex and
base64 without blanks, types that dnspython does not know in the form of RFC 3597.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Final

import dns.exception
import dns.ipv4
import dns.ipv6
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tokenizer

from ffinfra.dns.names import IDNA, is_plain_canonical

IN: Final = dns.rdataclass.IN
MAXIMUM_TTL: Final = 2**31 - 1
"""Seconds; RFC 2181 section 8."""

_STYLE = dns.rdata.RdataStyle(base64_chunk_size=0, hex_chunk_size=0)
_SELF_CANONICAL = frozenset({dns.rdatatype.A, dns.rdatatype.AAAA, dns.rdatatype.TXT})
_NUMBER = r"(?:0|[1-9][0-9]{0,4})"
_MX = re.compile(rf"({_NUMBER}) (\S+)")
_SRV = re.compile(rf"({_NUMBER}) ({_NUMBER}) ({_NUMBER}) (\S+)")
_PLAIN_STRINGS = re.compile(r'"[ !#-\[\]-~]{0,255}"(?: "[ !#-\[\]-~]{0,255}")*')


@lru_cache(maxsize=1024)
def type_number(rdtype: str) -> dns.rdatatype.RdataType:
    """The number of a record type.

    Raises:
        ValueError: there is no such type, or it is one that no zone can hold (ANY, AXFR, OPT...).
    """
    try:
        number = dns.rdatatype.from_text(rdtype)
    except (dns.exception.DNSException, ValueError):
        raise ValueError(f"{rdtype} is not a record type") from None
    if dns.rdatatype.is_metatype(number) or number in (0, dns.rdatatype.ANY):
        raise ValueError(f"{rdtype} exists in questions only, not in a zone")
    return number


@lru_cache(maxsize=1024)
def canonical_type(rdtype: str) -> str:
    """The one text of a type: upper case, ``TYPE65280`` where it has no name. Errors as ``type_number``."""
    return dns.rdatatype.to_text(type_number(rdtype))


def rdata_text(rdata: dns.rdata.Rdata) -> str:
    """The canonical text of a value; its names must be absolute."""
    text = rdata.to_styled_text(_STYLE)
    if rdata.rdtype in _SELF_CANONICAL or is_surely_canonical(dns.rdatatype.to_text(rdata.rdtype), text):
        return text
    wire = rdata.to_digestable()
    return dns.rdata.from_wire(rdata.rdclass, rdata.rdtype, wire, 0, len(wire)).to_styled_text(_STYLE)


@lru_cache(maxsize=16384)
def to_rdata(rdtype: str, value: str) -> dns.rdata.Rdata:
    """A dnspython value from text whose names are absolute.

    Raises:
        ValueError: says why this is no value of that type.
    """
    try:
        return dns.rdata.from_text(IN, type_number(rdtype), value, None, False, None, IDNA)
    except dns.exception.DNSException as error:
        raise ValueError(f"{value!r} is no value of type {rdtype} ({error})") from None


def canonical_value(rdtype: str, value: str) -> str:
    """The canonical text of a value given as text; errors as ``to_rdata``."""
    if is_surely_canonical(rdtype, value):
        return value
    rdata = to_rdata(rdtype, value)
    try:
        return rdata_text(rdata)
    except dns.name.NeedAbsoluteNameOrOrigin:
        raise ValueError(f"{value!r} holds a name without its final dot") from None


def is_surely_canonical(rdtype: str, value: str) -> bool:
    """Whether a value is canonical at first sight; False only means that dnspython has to look.

    This is what lets ten thousand records be checked in a fraction of a second.
    """
    look = _FIRST_SIGHT.get(rdtype)
    return look is not None and look(value)


def _is_address(value: str, canonicalize: Callable[[str], str]) -> bool:
    try:
        return canonicalize(value) == value
    except (dns.exception.DNSException, ValueError):
        return False


def _is_numbers_and_name(value: str, pattern: re.Pattern[str]) -> bool:
    match = pattern.fullmatch(value)
    if match is None:
        return False
    *numbers, name = match.groups()
    return all(int(number) < 65536 for number in numbers) and is_plain_canonical(name)


def _is_strings(value: str) -> bool:
    return len(value) < 32768 and _PLAIN_STRINGS.fullmatch(value) is not None


_FIRST_SIGHT: Final[Mapping[str, Callable[[str], bool]]] = {
    "A": partial(_is_address, canonicalize=dns.ipv4.canonicalize),
    "AAAA": partial(_is_address, canonicalize=dns.ipv6.canonicalize),
    "NS": is_plain_canonical,
    "CNAME": is_plain_canonical,
    "PTR": is_plain_canonical,
    "DNAME": is_plain_canonical,
    "TXT": _is_strings,
    "MX": partial(_is_numbers_and_name, pattern=_MX),
    "SRV": partial(_is_numbers_and_name, pattern=_SRV),
}
