"""A relay before an API that holds one answer back: the moment in which an update is broken off."""

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
    """Passes calls on; the POST that names ``name`` is held once, until the relay ends.

    Attributes:
        origin: scheme, host and port of the API.
        hold: where the call is stopped.
        name: the name in the body of the call to hold.
        held: set when the call has come to where it is stopped.
    """

    origin: str
    hold: Hold
    name: str
    held: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def wants(self, method: str, body: bytes) -> bool:
        """Whether this is the call to hold."""
        return method == "POST" and not self.held.is_set() and json.loads(body).get("name") == self.name

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
            hold = relay.wants(self.command, body)
            if hold and relay.hold is Hold.BEFORE:
                self._held()
                return
            status, answer, content_type = relay.passed_on(self.command, self.path, body, headers)
            if hold:
                self._held()
                return
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _held(self) -> None:
            relay.held.set()
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
