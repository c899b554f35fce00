"""What a server serves: the SOA first, then the changes since a known serial, all of it only if needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.serial

from ffinfra.dns.records import SOA, RRset
from ffinfra.dns.wire.errors import (
    BrokenAnswerError,
    RequestRefusedError,
    ServerFailedError,
    SilentServerError,
    raise_for_rcode,
)
from ffinfra.dns.wire.query import DEFAULT_TIMEOUT, read_soa
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.signature import SignatureCheck
from ffinfra.dns.wire.stream import conversation
from ffinfra.dns.wire_format import WireFormatError, WireMessage
from ffinfra.dns.zone_transfer import TransferError, TransferReading

TRIES: Final = 3
"""How often a transfer is begun that breaks off."""

STREAM_TIMEOUT: Final = 10.0
"""Seconds without any octet after which a transfer counts as broken off."""


@dataclass(frozen=True, slots=True)
class Known:
    """A content that was served at some serial."""

    serial: int
    content: tuple[RRset, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """What a server serves of a zone.

    Attributes:
        soa: its SOA.
        content: its content, without what a signer makes.
    """

    soa: SOA
    content: tuple[RRset, ...]

    @property
    def known(self) -> Known:
        """What to begin from the next time."""
        return Known(self.soa.serial, self.content)


def read_served(
    server: Server,
    zone: str,
    *,
    key: Key | None = None,
    known: Known | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Served:
    """Read what is served, with as little traffic as possible.

    With something known at the served serial only the SOA is asked for; with an older serial the changes
    since then (IXFR, RFC 1995); else, or where these do not fit, the whole zone (AXFR, RFC 5936).

    Raises:
        WireError: the server is silent, does not serve the zone, rejects the key or refuses the transfer.
    """
    soa = read_soa(server, zone, key=key, timeout=timeout)
    if known is not None and soa.serial == known.serial:
        return Served(soa, known.content)
    if known is not None and dns.serial.Serial(soa.serial) > known.serial:
        try:
            return _transfer(server, zone, key, known)
        except (BrokenAnswerError, SilentServerError, ServerFailedError, RequestRefusedError):
            pass
    return transfer_zone(server, zone, key=key)


def transfer_zone(server: Server, zone: str, *, key: Key | None = None) -> Served:
    """Fetch the whole zone, and begin again when the transfer breaks off.

    Raises:
        WireError: as ``read_served``.
    """
    for number in range(1, TRIES + 1):
        try:
            return _transfer(server, zone, key, None)
        except (BrokenAnswerError, SilentServerError):
            if number == TRIES:
                raise
    raise AssertionError("the loop always ends by return or raise")


def _transfer(server: Server, zone: str, key: Key | None, known: Known | None) -> Served:
    request = _request(zone, known)
    if key is not None:
        request.use_tsig(key.for_dnspython())
    octets = request.to_wire()
    signature = None if key is None else SignatureCheck(server, key, request.mac)
    reading = TransferReading(zone, None if known is None else (known.serial, known.content))
    what = f"the transfer of {zone}"
    with conversation(server, octets, timeout=STREAM_TIMEOUT) as messages:
        for received in messages:
            try:
                message = WireMessage(received)
                answer, _, additional = message.sections()
                if message.id != request.id:
                    raise BrokenAnswerError(server, "it answers another question")
                tsig = additional[-1] if additional and additional[-1].type == "TSIG" else None
                if signature is not None and (tsig is not None or message.rcode == dns.rcode.NOERROR):
                    signature.check(received, tsig)
                raise_for_rcode(server, zone, message.rcode, key, what, signed=tsig is not None)
                done = reading.take(answer)
            except (TransferError, WireFormatError) as error:
                raise BrokenAnswerError(server, str(error)) from None
            if done and key is not None and tsig is None:
                raise BrokenAnswerError(server, "the transfer is not signed to its end (RFC 8945)")
            if done:
                return Served(reading.soa, reading.content())
    raise AssertionError("a conversation only ends by return or raise")


def _request(zone: str, known: Known | None) -> dns.message.Message:
    if known is None:
        return dns.message.make_query(zone, dns.rdatatype.AXFR)
    request = dns.message.make_query(zone, dns.rdatatype.IXFR)
    request.authority.append(dns.rrset.from_text(zone, 0, "IN", "SOA", f". . {known.serial} 0 0 0 0"))
    return request
