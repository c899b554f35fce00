"""Questions to octets and octets to responses."""

from __future__ import annotations

import struct
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.rdata
from dns.rdataclass import IN, RdataClass
from dns.rdatatype import OPT, RdataType
from dns.wire import Parser

from ffinfra.dns.check.question import Edns, Question
from ffinfra.dns.check.response import Broken, Response

_OPT: Final = {
    Edns.NONE: b"",
    Edns.PLAIN: struct.pack("!BHHIH", 0, 41, 512, 0, 0),
    Edns.DNSSEC: struct.pack("!BHHIH", 0, 41, 1232, 0x8000, 0),
    Edns.EXPIRE: struct.pack("!BHHIHHH", 0, 41, 1232, 0, 4, 9, 0),
}
"""The OPT records: root name, type, payload size in octets, flags, options (RFC 6891, section 6.1.2)."""


def encode(question: Question, identity: int) -> bytes:
    """The query message (RFC 1035, section 4.1)."""
    flags = int(dns.flags.RD) if question.recurse else 0
    opt = _OPT[question.edns]
    header = struct.pack("!HHHHHH", identity, flags, 1, 0, 0, 1 if opt else 0)
    return header + question.name.to_digestable() + struct.pack("!HH", question.rdtype, IN) + opt


def decode(octets: bytes, source: str, received: float) -> Response | None:
    """A response, broken records left out; None when the octets are no response at all."""
    try:
        message = dns.message.from_wire(
            octets, one_rr_per_rrset=True, ignore_trailing=True, continue_on_error=True
        )
    except (dns.exception.DNSException, ValueError, struct.error):
        return None
    if not message.flags & dns.flags.QR:
        return None
    return Response(message, source, received, _broken(octets) if message.errors else ())


def _broken(octets: bytes) -> tuple[Broken, ...]:
    """The records that cannot be read, as far as the message can be followed."""
    parser = Parser(octets)
    _, _, questions, *counts = parser.get_struct("!HHHHHH")
    found = []
    try:
        for _ in range(questions):
            parser.get_name(decompress=True)
            parser.get_struct("!HH")
        for _ in range(sum(counts)):
            owner = parser.get_name(decompress=True)
            rdtype, rdclass, _, length = parser.get_struct("!HHIH")
            end = parser.current + length
            if rdtype != OPT and not _is_readable(octets, rdclass, rdtype, parser.current, length):
                found.append(Broken(owner, RdataType.make(rdtype), length))
            parser.seek(end)
    except (dns.exception.DNSException, ValueError):
        pass  # what came before is told
    return tuple(found)


def _is_readable(octets: bytes, rdclass: int, rdtype: int, start: int, length: int) -> bool:
    try:
        dns.rdata.from_wire(RdataClass.make(rdclass), RdataType.make(rdtype), octets, start, length)
    except (dns.exception.DNSException, ValueError):
        return False
    return True


def answers(response: Response, question: Question) -> bool:
    """Whether the response is about the question; an error may come with an empty question section."""
    asked = response.message.question
    if not asked:
        return not response.succeeded
    first = asked[0]
    return first.name == question.name and first.rdtype == question.rdtype and first.rdclass == IN
