"""A TCP conversation whose answers are taken off the socket at once, however slowly they are looked at.

Knot closes a transfer when the receiver does not read for 500 ms (its tcp-io-timeout). Whoever parses while
reading loses transfers on a busy machine (seen: 9 of 12 at load 7 with dnspython alone). Here a thread only
receives and cuts into messages, and hands them on through a queue.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ffinfra.dns.wire.errors import BrokenAnswerError, SilentServerError
from ffinfra.dns.wire.server import Server

MAXIMUM_OCTETS: Final = 512 * 1024 * 1024
"""How much one transfer may bring before it is broken off."""

_CHUNK: Final = 256 * 1024
_LENGTH: Final = struct.Struct("!H")


@contextmanager
def conversation(server: Server, request: bytes, *, timeout: float) -> Iterator[Iterator[bytes]]:
    """Send a message by TCP and give the messages that come back, until the caller has enough.

    Args:
        server: whom to ask.
        request: the message in wire format.
        timeout: seconds without any octet after which the server counts as silent; also for connecting.

    Raises:
        SilentServerError: no connection, no octet for too long, or the connection ended.
        BrokenAnswerError: more octets than any zone of ours has.
    """
    try:
        connection = socket.create_connection((server.address, server.port), timeout)
    except OSError as error:
        raise SilentServerError(server, error.strerror or str(error)) from None
    arrived: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()
    receiver = threading.Thread(target=_receive, args=(server, connection, arrived), daemon=True)
    try:
        connection.sendall(_LENGTH.pack(len(request)) + request)
        # Silence is judged where messages are awaited; a second clock here would tell it in other words.
        connection.settimeout(None)
        receiver.start()
        yield _messages(server, arrived, timeout)
    except OSError as error:
        raise SilentServerError(server, error.strerror or str(error)) from None
    finally:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        if receiver.ident is not None:
            receiver.join()
        connection.close()


def _messages(
    server: Server, arrived: queue.SimpleQueue[bytes | Exception], timeout: float
) -> Iterator[bytes]:
    """Cut what arrived into messages (RFC 1035 section 4.2.2)."""
    buffer = bytearray()
    while True:
        while len(buffer) >= 2 and len(buffer) >= 2 + _LENGTH.unpack_from(buffer)[0]:
            end = 2 + _LENGTH.unpack_from(buffer)[0]
            yield bytes(buffer[2:end])
            del buffer[:end]
        try:
            found = arrived.get(timeout=timeout)
        except queue.Empty:
            raise SilentServerError(server, f"nothing came for {timeout:g} s") from None
        if isinstance(found, Exception):
            raise found
        buffer += found


def _receive(
    server: Server, connection: socket.socket, arrived: queue.SimpleQueue[bytes | Exception]
) -> None:
    """Take everything off the socket; ends when the connection does."""
    received = 0
    started = time.monotonic()
    try:
        while chunk := connection.recv(_CHUNK):
            received += len(chunk)
            if received > MAXIMUM_OCTETS:
                arrived.put(BrokenAnswerError(server, f"more than {MAXIMUM_OCTETS} octets"))
                return
            arrived.put(chunk)
        what = f"the connection ended after {received} octets and {time.monotonic() - started:.1f} s"
        arrived.put(SilentServerError(server, what))
    except OSError as error:
        arrived.put(SilentServerError(server, error.strerror or str(error)))
