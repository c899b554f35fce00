"""The transport over the network, against small servers made for each test."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rrset
from dns.message import Message
from dns.rdatatype import AXFR, SOA, A

from ffinfra.dns.check.live import LiveTransport, Timing
from ffinfra.dns.check.naming import absolute
from ffinfra.dns.check.question import Edns, NoResponse, Protocol, Question, Silence
from ffinfra.dns.check.response import Outcome, Response

ADDRESS = "127.0.53.77"
ELSEWHERE = "127.0.53.78"
QUICK = Timing(udp_tries=(0.05, 0.1), tcp_seconds=0.2)
QUESTION = Question(absolute("zone.test"), SOA)


def good(query: Message) -> Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.AA
    answer.answer.append(dns.rrset.from_text("zone.test.", 60, "IN", "SOA", "a. b. 1 2 3 4 5"))
    return answer


Reply = Callable[[Message], list[bytes]]


def replying(make: Callable[[Message], Message] = good) -> Reply:
    return lambda query: [make(query).to_wire()]


def nothing(_query: Message) -> list[bytes]:
    return []


@dataclass
class Server(asyncio.DatagramProtocol):
    """Answers over UDP and TCP as it is told.

    Attributes:
        udp: the datagrams that a question is answered with.
        tcp: the messages that a question is answered with; none closes the connection.
        source: the address that datagrams are sent from, where it is another one.
        heard: the questions over UDP.
    """

    udp: Reply = field(default_factory=replying)
    tcp: Reply = field(default_factory=replying)
    source: socket.socket | None = None
    heard: list[Message] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        query = dns.message.from_wire(data)
        self.heard.append(query)
        for octets in self.udp(query):
            if self.source is not None:
                self.source.sendto(octets, addr)
            else:
                self.transport.sendto(octets, addr)  # type: ignore[attr-defined]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        query = dns.message.from_wire(await reader.readexactly(length))
        for octets in self.tcp(query):
            writer.write(struct.pack("!H", len(octets)) + octets)
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[int]:
    """A server on ADDRESS; gives its port."""
    loop = asyncio.get_running_loop()
    stream = await asyncio.start_server(server.serve, ADDRESS, 0)
    port: int = stream.sockets[0].getsockname()[1]
    datagrams, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=(ADDRESS, port))
    try:
        yield port
    finally:
        datagrams.close()
        stream.close()
        await stream.wait_closed()


def with_server(
    server: Server, ask: Callable[[LiveTransport], Awaitable[Outcome]], timing: Timing = QUICK
) -> Outcome:
    async def run() -> Outcome:
        async with running(server) as port, LiveTransport(timing, port) as transport:
            return await ask(transport)

    return asyncio.run(run())


def test_an_answer_over_udp_is_read() -> None:
    outcome = with_server(Server(), lambda transport: transport.ask(ADDRESS, QUESTION))
    assert isinstance(outcome, Response)
    assert (outcome.authoritative, outcome.source, outcome.has_edns) == (True, ADDRESS, False)
    assert abs(outcome.received - time.time()) < 5


def test_an_answer_from_elsewhere_is_read_and_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((ELSEWHERE, 0))
        outcome = with_server(Server(source=other), lambda transport: transport.ask(ADDRESS, QUESTION))
    assert isinstance(outcome, Response)
    assert outcome.source == ELSEWHERE


def test_answers_that_do_not_fit_are_passed_over() -> None:
    def confused(query: Message) -> list[bytes]:
        other_name = good(dns.message.make_query("other.test", SOA, id=query.id)).to_wire()
        other_id = good(dns.message.make_query("zone.test", SOA, id=query.id ^ 1)).to_wire()
        return [other_name, other_id, good(query).to_wire()]

    outcome = with_server(Server(udp=confused), lambda transport: transport.ask(ADDRESS, QUESTION))
    assert isinstance(outcome, Response)
    assert outcome.question_name == absolute("zone.test")


def test_a_lost_datagram_is_sent_again() -> None:
    server = Server()
    server.udp = lambda query: [good(query).to_wire()] if len(server.heard) > 1 else []
    assert isinstance(with_server(server, lambda transport: transport.ask(ADDRESS, QUESTION)), Response)
    assert len({query.id for query in server.heard}) == 1


def test_a_truncated_answer_is_asked_for_over_tcp() -> None:
    def truncated(query: Message) -> Message:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.TC
        return answer

    server = Server(udp=replying(truncated))
    whole = with_server(server, lambda transport: transport.ask(ADDRESS, QUESTION))
    assert isinstance(whole, Response)
    assert (whole.truncated, len(whole.message.answer)) == (False, 1)
    as_is = Question(absolute("zone.test"), SOA, fallback=False)
    part = with_server(server, lambda transport: transport.ask(ADDRESS, as_is))
    assert isinstance(part, Response)
    assert part.truncated


def test_what_goes_wrong_is_a_value() -> None:
    over_tcp = Question(absolute("zone.test"), SOA, Protocol.TCP)
    cases = [
        (Server(udp=nothing), QUESTION, Silence.TIMEOUT),
        (Server(udp=lambda query: [query.id.to_bytes(2, "big") + b"\xff"]), QUESTION, Silence.MALFORMED),
        (Server(tcp=nothing), over_tcp, Silence.CLOSED),
        (Server(tcp=lambda _query: [b"rubbish"]), over_tcp, Silence.MALFORMED),
        (Server(tcp=nothing), Question(absolute("zone.test"), AXFR), Silence.CLOSED),
    ]
    for server, question, reason in cases:
        outcome = with_server(server, lambda transport, asked=question: transport.ask(ADDRESS, asked))  # type: ignore[misc]
        assert outcome == NoResponse(reason)
    refused = with_server(Server(), lambda transport: transport.ask("127.0.53.79", over_tcp))
    assert refused == NoResponse(Silence.UNREACHABLE)


def test_a_silent_address_pays_once_for_each_protocol() -> None:
    server = Server(udp=nothing)

    async def ask(transport: LiveTransport) -> Outcome:
        questions = [Question(absolute(f"n{number}.test"), A) for number in range(30)]
        for question in questions:
            assert await transport.ask(ADDRESS, question) == NoResponse(Silence.TIMEOUT)
        return await transport.ask(ADDRESS, Question(absolute("zone.test"), SOA, Protocol.TCP))

    started = time.monotonic()
    assert isinstance(with_server(server, ask), Response)
    assert time.monotonic() - started < 1.0
    assert len(server.heard) == len(QUICK.udp_tries)


def test_one_that_only_ignores_edns_or_some_questions_is_asked_on() -> None:
    server = Server()
    server.udp = lambda query: (
        [] if query.edns >= 0 or query.question[0].rdtype == A else [good(query).to_wire()]
    )

    async def ask(transport: LiveTransport) -> Outcome:
        with_edns = Question(absolute("zone.test"), SOA, edns=Edns.PLAIN)
        assert await transport.ask(ADDRESS, with_edns) == NoResponse(Silence.TIMEOUT)
        assert isinstance(await transport.ask(ADDRESS, QUESTION), Response)
        assert await transport.ask(ADDRESS, Question(absolute("zone.test"), A)) == NoResponse(Silence.TIMEOUT)
        return await transport.ask(ADDRESS, QUESTION)

    assert isinstance(with_server(server, ask), Response)


def test_not_too_much_is_asked_of_one_server_at_once() -> None:
    server = Server(udp=nothing)

    async def ask(transport: LiveTransport) -> Outcome:
        questions = [Question(absolute(f"n{number}.test"), SOA, edns=Edns.PLAIN) for number in range(20)]
        asked = [asyncio.create_task(transport.ask(ADDRESS, question)) for question in questions]
        await asyncio.sleep(0.02)
        seen = len(server.heard)
        outcomes = await asyncio.gather(*asked)
        assert seen == 3
        return outcomes[0]

    with_server(server, ask, Timing(udp_tries=(0.05,), at_once_per_server=3))


def test_an_address_without_a_route_costs_no_time() -> None:
    started = time.monotonic()
    outcome = with_server(Server(), lambda transport: transport.ask("255.255.255.255", QUESTION))
    assert outcome == NoResponse(Silence.UNREACHABLE)
    assert time.monotonic() - started < 0.5
