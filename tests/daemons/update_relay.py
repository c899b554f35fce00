"""A relay before a nameserver: just before an update is passed on, something of the test's happens.

So the moment between a look at a zone and its change, or between two messages of one change, is met exactly.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.daemons.knot import free_port

ADDRESS = "127.0.0.1"
_LENGTH = struct.Struct("!H")
_UPDATE = 5
"""The opcode (RFC 2136 section 3)."""
_SECONDS = 20


@dataclass
class UpdateRelay:
    """Passes on what comes by UDP and TCP.

    Attributes:
        target: the port of the nameserver.
        port: where the relay listens.
        happening: number of the update, counted from when it was set -> what happens before that one is passed on.
    """

    target: int
    port: int
    happening: dict[int, Callable[[], None]] = field(default_factory=dict)
    updates: int = 0

    def before(self, number: int, what: Callable[[], None]) -> None:
        """Let something happen before the update of this number is passed on; counting begins anew with 1."""
        self.updates, self.happening = 0, {number: what}

    def pass_datagrams(self, listening: socket.socket) -> None:
        """Each question has a socket of its own, until the relay is closed."""
        with contextlib.suppress(OSError):
            while True:
                question, client = listening.recvfrom(65535)
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
                    upstream.settimeout(_SECONDS)
                    upstream.connect((ADDRESS, self.target))
                    with contextlib.suppress(OSError):
                        upstream.send(question)
                        listening.sendto(upstream.recv(65535), client)

    def accept_streams(self, listening: socket.socket) -> None:
        """Each connection has a thread of its own, until the relay is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=self._pass_stream, args=(client,), daemon=True).start()

    def _pass_stream(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            upstream: socket.socket | None = None
            for message in _messages(client):
                if message[2] >> 3 & 0xF == _UPDATE:
                    self.updates += 1
                    self.happening.pop(self.updates, lambda: None)()
                if upstream is None:
                    upstream = socket.create_connection((ADDRESS, self.target), _SECONDS)
                    threading.Thread(target=_pump, args=(upstream, client), daemon=True).start()
                upstream.sendall(_LENGTH.pack(len(message)) + message)
            if upstream is not None:
                upstream.close()


@contextmanager
def relayed(target: int) -> Iterator[UpdateRelay]:
    """A relay before a nameserver on a port of 127.0.0.1."""
    relay = UpdateRelay(target, free_port(ADDRESS))
    with (
        socket.create_server((ADDRESS, relay.port)) as streams,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind((ADDRESS, relay.port))
        workers = [
            threading.Thread(target=relay.accept_streams, args=(streams,), daemon=True),
            threading.Thread(target=relay.pass_datagrams, args=(datagrams,), daemon=True),
        ]
        for worker in workers:
            worker.start()
        yield relay
        streams.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            datagrams.shutdown(socket.SHUT_RDWR)


def _messages(client: socket.socket) -> Iterator[bytes]:
    with client.makefile("rb") as stream:
        while len(head := stream.read(_LENGTH.size)) == _LENGTH.size:
            yield stream.read(_LENGTH.unpack(head)[0])


def _pump(upstream: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while octets := upstream.recv(65536):
            client.sendall(octets)
        client.shutdown(socket.SHUT_WR)
