"""Reading the answer section of a DNS message (RFC 1035 section 4) straight into canonical texts.

A transfer of a signed zone is mostly records that a signer made and that are passed over; making an object of
each, as a general parser does, takes ten times as long. So values are only looked at when asked for, and the
common types without a detour. Everything else, and all signatures, go through dnspython.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.ipv4
import dns.ipv6
import dns.name
import dns.rdata
import dns.rdatatype

from ffinfra.dns.values import IN, rdata_text

HEADER_OCTETS: Final = 12

_HEADER: Final = struct.Struct("!HHHHHH")
_QUESTION: Final = struct.Struct("!HH")
_RECORD: Final = struct.Struct("!HHIH")
_SHORT: Final = struct.Struct("!H")
_PLAIN_LABEL: Final = re.compile(rb"[a-z0-9_*-]+")
_PLAIN_STRING: Final = re.compile(rb"[ !#-\[\]-~]*")
_MAXIMUM_TTL: Final = 0x7FFFFFFF
_LONGEST_NAME_TEXT: Final = 4 * 255


class WireFormatError(Exception):
    """The octets are not a DNS message."""


@dataclass(frozen=True, slots=True)
class WireRecord:
    """A record inside a message; its value is read when asked for.

    Attributes:
        owner: canonical name.
        type: the type's text.
        ttl: seconds; a value with the highest bit set counts as 0 (RFC 2181 section 8).
        number: the type's number.
        begin: where the record begins in the message.
        start: where its value begins.
        length: the value's length, octets.
    """

    message: WireMessage
    owner: str
    type: str
    ttl: int
    number: int
    begin: int
    start: int
    length: int

    @property
    def value(self) -> str:
        """The canonical text of the value.

        Raises:
            WireFormatError: the octets are no value of the type.
        """
        return self.message.value_of(self)


class WireMessage:
    """The octets of a message, and what can be read from them."""

    def __init__(self, octets: bytes) -> None:
        """Read header and question.

        Raises:
            WireFormatError: the message is too short.
        """
        self.octets: Final = octets
        self._suffixes: dict[int, str] = {}
        try:
            self.id, self.flags, questions, *self._counts = _HEADER.unpack_from(octets)
            position = HEADER_OCTETS
            for _ in range(questions):
                position = self._name(position)[1] + _QUESTION.size
        except (struct.error, IndexError):
            raise WireFormatError("the message is cut off") from None
        self._after_question = position

    @property
    def rcode(self) -> int:
        """The four bits of the header; extended codes need EDNS, which transfers do not use."""
        return int(self.flags & 0x000F)

    def sections(self) -> tuple[list[WireRecord], list[WireRecord], list[WireRecord]]:
        """Answer, authority and additional section.

        Raises:
            WireFormatError: the octets do not hold what the header promises.
        """
        position = self._after_question
        found: tuple[list[WireRecord], list[WireRecord], list[WireRecord]] = ([], [], [])
        try:
            for section, count in zip(found, self._counts, strict=True):
                for _ in range(count):
                    record, position = self._record(position)
                    section.append(record)
        except (struct.error, IndexError):
            raise WireFormatError("the message is cut off") from None
        return found

    def value_of(self, record: WireRecord) -> str:
        """The canonical text of a record's value; see ``WireRecord.value``."""
        read = _READERS.get(record.number)
        try:
            text = read(self, record.start, record.start + record.length) if read is not None else None
            if text is not None:
                return text
            rdtype = dns.rdatatype.RdataType.make(record.number)
            return rdata_text(dns.rdata.from_wire(IN, rdtype, self.octets, record.start, record.length))
        except (struct.error, IndexError, dns.exception.DNSException, ValueError) as error:
            raise WireFormatError(f"the value of {record.owner} {record.type} is broken ({error})") from None

    def _record(self, position: int) -> tuple[WireRecord, int]:
        begin = position
        owner, position = self._name(position)
        number, _, ttl, length = _RECORD.unpack_from(self.octets, position)
        start = position + _RECORD.size
        if start + length > len(self.octets):
            raise WireFormatError("a record reaches beyond the message")
        ttl = ttl if ttl <= _MAXIMUM_TTL else 0
        return WireRecord(self, owner, _type_text(number), ttl, number, begin, start, length), start + length

    def _name(self, position: int) -> tuple[str, int]:
        """The canonical text of a name, and where it ends; pointers may only lead back (section 4.1.4)."""
        octets, starts, labels = self.octets, [], []
        suffix, end, lowest = "", 0, position
        while True:
            length = octets[position]
            if length == 0:
                end = end or position + 1
                break
            if length >= 0xC0:
                target = _SHORT.unpack_from(octets, position)[0] & 0x3FFF
                end = end or position + 2
                if target >= lowest:
                    raise WireFormatError("a compressed name points forward")
                known = self._suffixes.get(target)
                if known is not None:
                    suffix = known
                    break
                position = lowest = target
                continue
            if length > 63:
                raise WireFormatError("a label has an unknown form")
            starts.append(position)
            labels.append(_label_text(octets[position + 1 : position + 1 + length]))
            position += 1 + length
        for start, label in zip(reversed(starts), reversed(labels), strict=True):
            suffix = f"{label}.{suffix}"
            self._suffixes[start] = suffix
        if len(suffix) > _LONGEST_NAME_TEXT:
            raise WireFormatError("a name is longer than 255 octets")
        return suffix or ".", end


def _type_text(number: int) -> str:
    known = _TYPE_TEXTS.get(number)
    if known is None:
        known = _TYPE_TEXTS[number] = dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number))
    return known


def _label_text(label: bytes) -> str:
    lower = label.lower()
    if _PLAIN_LABEL.fullmatch(lower):
        return lower.decode("ascii")
    return dns.name.Name((lower,)).to_text()


def _a(message: WireMessage, start: int, end: int) -> str | None:
    return dns.ipv4.inet_ntoa(message.octets[start:end]) if end - start == 4 else None


def _aaaa(message: WireMessage, start: int, end: int) -> str | None:
    return dns.ipv6.inet_ntoa(message.octets[start:end]) if end - start == 16 else None


def _one_name(message: WireMessage, start: int, end: int) -> str | None:
    name, reached = message._name(start)  # noqa: SLF001
    return name if reached == end else None


def _mx(message: WireMessage, start: int, end: int) -> str | None:
    name = _one_name(message, start + 2, end)
    return None if name is None else f"{_SHORT.unpack_from(message.octets, start)[0]} {name}"


def _strings(message: WireMessage, start: int, end: int) -> str | None:
    parts = []
    while start < end:
        part = message.octets[start + 1 : start + 1 + message.octets[start]]
        if not _PLAIN_STRING.fullmatch(part):
            return None
        parts.append(f'"{part.decode("ascii")}"')
        start += 1 + message.octets[start]
    return " ".join(parts) if start == end and parts else None


_TYPE_TEXTS: dict[int, str] = {}
_READERS: Final[Mapping[int, Callable[[WireMessage, int, int], str | None]]] = {
    dns.rdatatype.A: _a,
    dns.rdatatype.AAAA: _aaaa,
    dns.rdatatype.NS: _one_name,
    dns.rdatatype.CNAME: _one_name,
    dns.rdatatype.PTR: _one_name,
    dns.rdatatype.MX: _mx,
    dns.rdatatype.TXT: _strings,
}
"""Readers for what most zones are made of; on None dnspython looks, and finds what is wrong."""
