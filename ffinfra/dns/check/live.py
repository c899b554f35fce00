"""The transport over the real network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from dns.rdatatype import AXFR

from ffinfra.dns.check.datagrams import Datagrams
from ffinfra.dns.check.naming import Family
from ffinfra.dns.check.question import Edns, NoResponse, Protocol, Question, Silence
from ffinfra.dns.check.response import Response
from ffinfra.dns.check.streams import ask_over_tcp


@dataclass(frozen=True)
class Timing:
    """How long is waited, seconds, and how much is asked at once.

    Attributes:
        udp_tries: a question is sent once for each, and answered questions may come until the last is over.
        tcp_seconds: for connecting and for the first message together.
        at_once: questions under way in all.
        at_once_per_server: questions under way at one address.
    """

    udp_tries: tuple[float, ...] = (0.8, 1.0)
    tcp_seconds: float = 2.0
    at_once: int = 128
    at_once_per_server: int = 8


class LiveTransport:
    """Asks over UDP and TCP; use it as an asynchronous context manager.

    An address that lets a plain question time out and has never answered over the same protocol is taken
    to be silent for the rest of the run: its time is paid once. One that did answer before, or only lets
    a question with EDNS go unanswered, is asked on.
    """

    def __init__(self, timing: Timing | None = None, port: int = 53) -> None:
        self._timing = timing or Timing()
        self._port = port
        self._sockets: dict[Family, Datagrams | None] = {}
        self._heard: set[tuple[str, Protocol]] = set()
        self._silent: dict[tuple[str, Protocol], NoResponse] = {}
        self._all = asyncio.Semaphore(self._timing.at_once)
        self._places: dict[str, asyncio.Semaphore] = {}
        self.questions = 0
        """How many questions were sent, repeated tries not counted."""

    async def __aenter__(self) -> Self:
        for family in Family:
            self._sockets[family] = await Datagrams.open(family)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sock in self._sockets.values():
            if sock is not None:
                sock.close()

    async def ask(self, address: str, question: Question) -> Response | NoResponse:
        """The response; a truncated one is asked for again over TCP unless the question forbids it."""
        if question.over is Protocol.TCP or question.rdtype == AXFR:
            return await self._ask_in_turn(address, question, Protocol.TCP)
        outcome = await self._ask_in_turn(address, question, Protocol.UDP)
        if isinstance(outcome, Response) and outcome.truncated and question.fallback:
            return await self._ask_in_turn(address, question, Protocol.TCP)
        return outcome

    async def _ask_in_turn(self, address: str, question: Question, over: Protocol) -> Response | NoResponse:
        place = self._places.setdefault(address, asyncio.Semaphore(self._timing.at_once_per_server))
        async with place, self._all:
            if (address, over) in self._silent:
                return self._silent[address, over]
            self.questions += 1
            outcome = await self._send(address, question, over)
        self._remember(address, question, over, outcome)
        return outcome

    async def _send(self, address: str, question: Question, over: Protocol) -> Response | NoResponse:
        if over is Protocol.TCP:
            return await ask_over_tcp(address, self._port, question, self._timing.tcp_seconds)
        sock = self._sockets[Family.IPV6 if ":" in address else Family.IPV4]
        if sock is None:
            return NoResponse(Silence.UNREACHABLE)
        return await sock.ask(address, self._port, question, self._timing.udp_tries)

    def _remember(
        self, address: str, question: Question, over: Protocol, outcome: Response | NoResponse
    ) -> None:
        key = (address, over)
        if isinstance(outcome, Response) or outcome.reason in {Silence.CLOSED, Silence.MALFORMED}:
            self._heard.add(key)
        elif key not in self._heard and question.edns is Edns.NONE and question.rdtype != AXFR:
            self._silent[key] = outcome
