"""A relay before an API that holds answers back: the moment in which an update is broken off."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hold(Enum):
    """Where a call is stopped."""

    BEFORE = "the API never hears of it"
    AFTER = "the API has done it, its answer is not given"


@dataclass
class HoldingRelay:
    """Passes calls on; each POST that names one of ``names`` is held once, until the relay ends.

    Attributes:
        origin: scheme, host and port of the API.
        hold: where the call is stopped.
        names: the names in the bodies of the calls to hold.
        held: set when all of them have come to where they are stopped.
    """

    origin: str
    hold: Hold
    names: frozenset[str]
    held: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    _wanted: set[str] = field(default_factory=set)
    _stopped: set[str] = field(default_factory=set)

    def wants(self, method: str, body: bytes) -> str | None:
        """The name of a call to hold; None for one to pass on."""
        name = json.loads(body).get("name") if method == "POST" else None
        if name not in self.names or name in self._wanted:
            return None
        self._wanted.add(name)
        return str(name)

    def stopped(self, name: str) -> None:
        """A call has come to where it is stopped."""
        self._stopped.add(name)
        if self._stopped == self.names:
            self.held.set()

    def passed_on(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, str]:
        """What the API answers."""
        request = urllib.request.Request(self.origin + path, body or None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read(), answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers.get_content_type()


@contextmanager
def relayed(relay: HoldingRelay) -> Iterator[HoldingRelay]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {
                name: value for name in ("Authorization", "Content-Type") if (value := self.headers.get(name))
            }
            name = relay.wants(self.command, body)
            if name is not None and relay.hold is Hold.BEFORE:
                self._held(name)
                return
            status, answer, content_type = relay.passed_on(self.command, self.path, body, headers)
            if name is not None:
                self._held(name)
                return
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _held(self, name: str) -> None:
            relay.stopped(name)
            relay.over.wait()
            self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    relay.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
