"""Questions over TCP, one connection each."""

from __future__ import annotations

import asyncio
import time

from ffinfra.dns.check.question import NoResponse, Question, Silence
from ffinfra.dns.check.response import Response
from ffinfra.dns.check.wire import answers, decode, encode


async def ask_over_tcp(address: str, port: int, question: Question, seconds: float) -> Response | NoResponse:
    """The first message that a server sends back (RFC 7766), within a time that includes the connecting."""
    try:
        async with asyncio.timeout(seconds):
            octets = await _exchange(address, port, encode(question, 0))
    except TimeoutError:
        return NoResponse(Silence.TIMEOUT)
    except asyncio.IncompleteReadError:
        return NoResponse(Silence.CLOSED)
    except OSError:
        return NoResponse(Silence.UNREACHABLE)
    response = decode(octets, address, time.time())
    if response is None or not answers(response, question):
        return NoResponse(Silence.MALFORMED)
    return response


async def _exchange(address: str, port: int, query: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(len(query).to_bytes(2, "big") + query)
        length = int.from_bytes(await reader.readexactly(2), "big")
        return await reader.readexactly(length)
    finally:
        writer.close()
