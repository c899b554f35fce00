"""One question, one answer: UDP with TCP where the answer does not fit, with time limits and typed errors."""

from __future__ import annotations

from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype

from ffinfra.dns.conversion import soa_of
from ffinfra.dns.records import SOA
from ffinfra.dns.wire.errors import (
    BrokenAnswerError,
    KeyRejectedError,
    NotServedError,
    ServerFailedError,
    SilentServerError,
    tsig_reason,
)
from ffinfra.dns.wire.server import Key, Server

TRIES: Final = 3
"""How often a question is sent by UDP before the server counts as silent."""

_NOT_HERE: Final = frozenset({dns.rcode.REFUSED, dns.rcode.NOTAUTH, dns.rcode.NXDOMAIN})

DEFAULT_TIMEOUT: Final = 2.0
"""Seconds to wait for an answer, each time."""


def ask(
    server: Server,
    message: dns.message.Message,
    *,
    key: Key | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    tcp: bool = False,
) -> dns.message.Message:
    """Send a question or an update and return the answer, whatever its rcode.

    Args:
        server: whom to ask.
        message: what to send; it is signed with the key.
        key: the TSIG key; the answer must then be signed with it too.
        timeout: seconds to wait for each try.
        tcp: do not try UDP.

    Raises:
        SilentServerError: no answer in time.
        KeyRejectedError: a signature does not fit.
        BrokenAnswerError: what came is no answer to this.
    """
    if key is not None:
        message.use_tsig(key.for_dnspython())
    tries = (_tcp,) if tcp else (_udp,) * TRIES
    for number, send in enumerate(tries, start=1):
        try:
            return send(server, message, timeout)
        except dns.message.Truncated:
            return ask(server, message, timeout=timeout, tcp=True)
        except dns.exception.Timeout:
            if number == len(tries):
                raise SilentServerError(
                    server, f"nothing came within {timeout:g} s, {number} times"
                ) from None
        except (OSError, EOFError) as error:
            raise SilentServerError(server, _short(error)) from None
        except dns.exception.DNSException as error:
            reason = tsig_reason(error)
            if reason is not None:
                raise KeyRejectedError(server, key, reason) from None
            if key is not None and isinstance(error, dns.exception.FormError):
                return _unsigned(server, message, timeout)
            raise BrokenAnswerError(server, _short(error)) from None
    raise AssertionError("the loop always ends by return or raise")


def read_soa(server: Server, zone: str, *, key: Key | None = None, timeout: float = DEFAULT_TIMEOUT) -> SOA:
    """The SOA that a server gives for a zone with authority.

    Raises:
        NotServedError: it does not speak for the zone: refused, no authority, or no SOA in the answer.
        ServerFailedError: another rcode; SERVFAIL is what servers say whose copy of the zone has expired.
        WireError: another of the errors of ``ask``.
    """
    answer = ask(server, dns.message.make_query(zone, dns.rdatatype.SOA), key=key, timeout=timeout)
    code = dns.rcode.to_text(answer.rcode())
    if answer.rcode() in _NOT_HERE:
        raise NotServedError(server, zone, code)
    if answer.rcode() != dns.rcode.NOERROR:
        raise ServerFailedError(server, f"{code} to a question for the SOA of {zone}")
    if not answer.flags & dns.flags.AA:
        raise NotServedError(server, zone, "its answer has no authority")
    for rrset in answer.answer:
        if rrset.rdtype == dns.rdatatype.SOA and rrset.name == answer.question[0].name:
            return soa_of(rrset)
    raise NotServedError(server, zone, "there is no SOA in its answer")


def _unsigned(server: Server, message: dns.message.Message, timeout: float) -> dns.message.Message:
    """What a server says that answers a signed question without signature: only an error is believed."""
    if message.opcode() == dns.opcode.QUERY:
        question = message.question[0]
        answer = ask(server, dns.message.make_query(question.name, question.rdtype), timeout=timeout)
        if answer.rcode() != dns.rcode.NOERROR:
            return answer
    raise BrokenAnswerError(server, "it is not signed although the request was")


def _udp(server: Server, message: dns.message.Message, timeout: float) -> dns.message.Message:
    return dns.query.udp(
        message,
        server.address,
        timeout,
        server.port,
        ignore_unexpected=True,
        raise_on_truncation=True,
        ignore_errors=False,
    )


def _tcp(server: Server, message: dns.message.Message, timeout: float) -> dns.message.Message:
    return dns.query.tcp(message, server.address, timeout, server.port)


def _short(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text or type(error).__name__
