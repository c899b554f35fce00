"""An answer from a nameserver, read as the test cases need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final, TypeVar

import dns.flags
import dns.message
import dns.rcode
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA
from dns.rrset import RRset

from ffinfra.dns.check.naming import ROOT
from ffinfra.dns.check.question import NoResponse, NotRecorded

R = TypeVar("R", bound=Rdata)

_EXPIRE: Final = 9
"""The EDNS option EXPIRE, four octets (RFC 7314 section 2)."""


class Section(Enum):
    """The sections of a DNS message that hold records; the value is dnspython's index."""

    ANSWER = 1
    AUTHORITY = 2
    ADDITIONAL = 3


ANSWER: Final = (Section.ANSWER,)
AUTHORITY: Final = (Section.AUTHORITY,)
ADDITIONAL: Final = (Section.ADDITIONAL,)
ANYWHERE: Final = (Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)


class Kind(Enum):
    """What sort of answer a message is, told by its sections alone."""

    ANSWER = "answer"
    REFERRAL = "referral"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"


@dataclass(frozen=True, slots=True)
class Broken:
    """A record whose data has not the form of its type, with the length of the data in octets."""

    owner: Name
    rdtype: RdataType
    length: int


@dataclass(frozen=True)
class Response:
    """A response and where it came from.

    Attributes:
        message: the message, one record an RRset, broken records left out.
        source: the address it was sent from.
        received: when, in seconds since 1970 (UTC); signatures are judged at this time.
        broken: the records left out.
    """

    message: dns.message.Message
    source: str
    received: float
    broken: tuple[Broken, ...] = ()

    @cached_property
    def rcode(self) -> str:
        """The mnemonic of the RCODE without its extended bits, such as ``NXDOMAIN``."""
        return dns.rcode.to_text(dns.rcode.Rcode(self.message.flags & 0x000F))

    @property
    def extended_rcode(self) -> int:
        """The upper eight bits of the RCODE, from the OPT record; 0 without one."""
        return self.message.rcode() >> 4

    @property
    def succeeded(self) -> bool:
        """Whether the RCODE is NOERROR."""
        return self.rcode == "NOERROR"

    @property
    def authoritative(self) -> bool:
        """The AA flag."""
        return bool(self.message.flags & dns.flags.AA)

    @property
    def recursion_available(self) -> bool:
        """The RA flag."""
        return bool(self.message.flags & dns.flags.RA)

    @property
    def truncated(self) -> bool:
        """The TC flag."""
        return bool(self.message.flags & dns.flags.TC)

    @property
    def has_edns(self) -> bool:
        """Whether there is an OPT record."""
        return self.message.edns >= 0

    @property
    def edns_version(self) -> int:
        """The EDNS version; 0 without an OPT record."""
        return max(self.message.edns, 0)

    @property
    def expire(self) -> int | None:
        """Seconds until the server gives the zone up (RFC 7314); None where it does not say."""
        data = next((one.to_wire() for one in self.message.options if one.otype == _EXPIRE), None)
        return int.from_bytes(data, "big") if data is not None and len(data) == 4 else None

    @property
    def dnssec_ok(self) -> bool:
        """The DO flag."""
        return bool(self.message.ednsflags & dns.flags.DO)

    @property
    def question_name(self) -> Name:
        """The name in the question section; the root when the section is empty."""
        return self.message.question[0].name if self.message.question else ROOT

    @cached_property
    def kind(self) -> Kind:
        """Answer, referral, NODATA (an SOA alone) or NXDOMAIN; what fits nothing is an answer."""
        if self.rcode == "NXDOMAIN":
            return Kind.NXDOMAIN
        message = self.message
        if message.answer:
            return Kind.ANSWER
        if not message.additional and len(message.authority) == 1 and self.rdatas(SOA, sections=AUTHORITY):
            return Kind.NODATA
        return Kind.REFERRAL if self.rdatas(NS, sections=AUTHORITY) else Kind.ANSWER

    def rrsets(self, sections: tuple[Section, ...] = ANYWHERE) -> Iterator[RRset]:
        """The record sets of the sections in their order; each holds one record."""
        for section in sections:
            yield from self.message.sections[section.value]

    def owned(self, kind: type[R], sections: tuple[Section, ...] = ANYWHERE) -> list[tuple[Name, R]]:
        """Owner names and data of all records of a type."""
        return [
            (rrset.name, rdata)
            for rrset in self.rrsets(sections)
            for rdata in rrset
            if isinstance(rdata, kind)
        ]

    def rdatas(
        self, kind: type[R], owner: Name | None = None, sections: tuple[Section, ...] = ANYWHERE
    ) -> list[R]:
        """The data of all records of a type, of one owner when one is given."""
        return [rdata for name, rdata in self.owned(kind, sections) if owner is None or name == owner]


Outcome = Response | NoResponse | NotRecorded
