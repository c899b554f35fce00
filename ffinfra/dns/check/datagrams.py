"""One UDP socket an IP version for all questions of a run."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from dataclasses import dataclass, field
from typing import Final, cast

from ffinfra.dns.check.naming import Family
from ffinfra.dns.check.question import NoResponse, Question, Silence
from ffinfra.dns.check.response import Response
from ffinfra.dns.check.wire import answers, decode, encode

_ANY: Final = {
    Family.IPV4: (socket.AF_INET, "0.0.0.0"),  # noqa: S104  the local end of questions, nothing listens
    Family.IPV6: (socket.AF_INET6, "::"),
}


@dataclass
class _Waiting:
    question: Question
    address: str
    outcome: asyncio.Future[Response | NoResponse]


@dataclass
class Datagrams(asyncio.DatagramProtocol):
    """Sends questions and hands each answer to who waits for it.

    The socket is not connected, so that an answer from another address than the one asked is seen
    (Nameserver04); it counts only if identity and question match one that is under way.
    """

    _transport: asyncio.DatagramTransport | None = None
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _error: OSError | None = None

    @classmethod
    async def open(cls, family: Family) -> Datagrams | None:
        """A socket for an IP version, or None when the machine has none of that version."""
        kind, local = _ANY[family]
        loop = asyncio.get_running_loop()
        try:
            _, protocol = await loop.create_datagram_endpoint(cls, local_addr=(local, 0), family=kind)
        except OSError:
            return None
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self._transport = cast("asyncio.DatagramTransport", transport)  # no subclass of it before Python 3.12

    def error_received(self, exc: Exception) -> None:
        """A datagram could not be sent; asyncio calls this from inside ``sendto``."""
        self._error = exc if isinstance(exc, OSError) else None

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Settle the question that an answer belongs to."""
        waiting = self._waiting.get(int.from_bytes(data[:2], "big"))
        if waiting is None or waiting.outcome.done():
            return
        source = str(addr[0])
        response = decode(data, source, time.time())
        if response is not None and answers(response, waiting.question):
            waiting.outcome.set_result(response)
        elif response is None and source == waiting.address:
            waiting.outcome.set_result(NoResponse(Silence.MALFORMED))

    async def ask(
        self, address: str, port: int, question: Question, tries: tuple[float, ...]
    ) -> Response | NoResponse:
        """Send a question as often as there are tries and wait so many seconds after each."""
        identity = self._free_identity()
        outcome: asyncio.Future[Response | NoResponse] = asyncio.get_running_loop().create_future()
        self._waiting[identity] = _Waiting(question, address, outcome)
        try:
            for seconds in tries:
                if not self._send(encode(question, identity), address, port):
                    return NoResponse(Silence.UNREACHABLE)
                done, _ = await asyncio.wait([outcome], timeout=seconds)
                if done:
                    return outcome.result()
            return NoResponse(Silence.TIMEOUT)
        finally:
            del self._waiting[identity]
            outcome.cancel()

    def close(self) -> None:
        """Give the socket back."""
        if self._transport is not None:
            self._transport.close()

    def _send(self, octets: bytes, address: str, port: int) -> bool:
        assert self._transport is not None
        self._error = None
        self._transport.sendto(octets, (address, port))
        return self._error is None

    def _free_identity(self) -> int:
        while (identity := secrets.randbits(16)) in self._waiting:
            pass
        return identity
