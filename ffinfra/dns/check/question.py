"""What is asked of a nameserver, and what may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dns.name import Name
from dns.rdatatype import RdataType

from ffinfra.dns.check.naming import short


class Protocol(Enum):
    """The transport under DNS."""

    UDP = "UDP"
    TCP = "TCP"


class Edns(Enum):
    """The OPT record of a question (RFC 6891); the first three are the forms that Zonemaster's defaults define.

    Source: https://github.com/zonemaster/zonemaster, DNSQueryAndResponseDefaults.md.
    """

    NONE = "no OPT record"
    PLAIN = "version 0, 512 octets, DO unset"
    DNSSEC = "version 0, 1232 octets, DO set"
    EXPIRE = "version 0, 1232 octets, DO unset, an empty option EXPIRE"
    """Ours: asks a secondary how long it will go on (RFC 7314)."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, class IN.

    Attributes:
        name: the query name.
        rdtype: the query type; AXFR means: the first message of a transfer, always over TCP.
        over: the protocol of the first try.
        edns: the OPT record.
        recurse: the RD flag.
        fallback: whether a truncated answer over UDP is asked for again over TCP.
    """

    name: Name
    rdtype: RdataType
    over: Protocol = Protocol.UDP
    edns: Edns = Edns.NONE
    recurse: bool = False
    fallback: bool = True

    def __str__(self) -> str:
        return f"{short(self.name)} {self.rdtype.name}"


class Silence(Enum):
    """Why there is no response."""

    TIMEOUT = "no answer in time"
    UNREACHABLE = "the address cannot be reached"
    CLOSED = "the server closed the connection"
    MALFORMED = "the answer is no DNS message"
    DISABLED = "the IP version is switched off for this run"


@dataclass(frozen=True, slots=True)
class NoResponse:
    """The server gave no usable answer."""

    reason: Silence


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """A replay holds nothing for this question: neither an answer nor a timeout."""

    address: str
    question: Question
