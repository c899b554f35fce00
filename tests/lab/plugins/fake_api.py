"""A tiny HTTP API on loopback: it answers what a test wrote down and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ffinfra.lab.plugins.remote import CancelledError
from ffinfra.lab.plugins.waiting import Waiter

GONE: tuple[int, Any] = (404, {"error": {"code": "not_found", "message": "not found"}})


def error(status: int, code: str, message: str, **more: Any) -> tuple[int, Any]:
    """An error answer of the Hetzner Cloud API."""
    return status, {"error": {"code": code, "message": message, **more}}


@dataclass
class FakeApi:
    """Answers by ``METHOD path?query``; the last answer stays, earlier ones are used up."""

    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    content_type: str = "application/json"
    answer_headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self, request: str, *answers: Any) -> None:
        """Write answers down; what is no pair of status and body is a body with 200."""
        pairs = [item if isinstance(item, tuple) else (200, item) for item in answers]
        self.answers[request] = pairs

    def asked(self) -> list[str]:
        """The calls since the last question."""
        with self._lock:
            calls, self.calls[:] = list(self.calls), []
        return calls

    def answer(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        with self._lock:
            self.headers.append(headers)
            text = f" {json.dumps(json.loads(body))}" if body else ""
            self.calls.append(f"{method} {target}{text}")
            queue = self.answers.get(f"{method} {target}", [GONE])
            return queue.pop(0) if len(queue) > 1 else queue[0]


@contextmanager
def served(fake: FakeApi, prefix: str = "") -> Iterator[FakeApi]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            target = self.path.removeprefix(prefix)
            status, body = fake.answer(
                self.command, target, self.rfile.read(length), dict(self.headers.items())
            )
            data = b"" if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
            self.send_response(status)
            self.send_header("Content-Type", fake.content_type)
            for name, value in fake.answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}{prefix}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class CountedWaiter(Waiter):
    """No time passes; the waits are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self._cancelled.is_set():
            raise CancelledError
