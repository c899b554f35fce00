"""Checking the TSIG of the messages of a transfer; those in the middle may be unsigned (RFC 8945, 5.3.1)."""

from __future__ import annotations

import time

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tsig

from ffinfra.dns.wire.errors import BrokenAnswerError, KeyRejectedError, tsig_reason
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire_format import WireRecord


class SignatureCheck:
    """Checks the messages that answer one signed request, in their order."""

    def __init__(self, server: Server, key: Key, request_mac: bytes | None) -> None:
        self._server = server
        self._key = key
        self._request_mac = request_mac
        self._context: dns.tsig.HMACTSig | dns.tsig.GSSTSig | None = None

    def check(self, octets: bytes, tsig: WireRecord | None) -> None:
        """Check the next message.

        Args:
            octets: the whole message.
            tsig: its last record where that is a TSIG.

        Raises:
            KeyRejectedError: the signature does not fit, or the server says that ours does not.
            BrokenAnswerError: the first message is not signed, or the record is malformed.
        """
        if tsig is None:
            if self._context is None:
                raise BrokenAnswerError(self._server, "the answer to a signed request is not signed")
            self._context.update(octets)  # type: ignore[no-untyped-call]
            return
        try:
            rdata = dns.rdata.from_wire(
                dns.rdataclass.ANY, dns.rdatatype.TSIG, octets, tsig.start, tsig.length
            )
            self._context = dns.tsig.validate(  # type: ignore[no-untyped-call]
                octets,
                self._key.for_dnspython(),
                dns.name.from_text(tsig.owner),
                rdata,
                int(time.time()),
                self._request_mac,
                tsig.begin,
                self._context,
                True,
            )
        except dns.exception.DNSException as error:
            reason = tsig_reason(error)
            if reason is not None:
                raise KeyRejectedError(self._server, self._key, reason) from None
            raise BrokenAnswerError(self._server, str(error)) from None
