"""ASGI applications on loopback ports, several in one event loop, without signal handlers of their own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from ffinfra.lab.clouds.settings import Listen
from ffinfra.problems import OperationalError

_END_SECONDS = 2


class Listener:
    """One application on one port."""

    def __init__(self, app: ASGIApp, listen: Listen) -> None:
        self._listen = listen
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_END_SECONDS,
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{self._listen.host}:{self._listen.port}"

    async def start(self) -> None:
        """Listen; returns when calls are taken.

        Raises:
            OperationalError: the port is taken.
        """
        # With the protocol named, asyncio sets TCP_NODELAY on what is accepted; without, each answer on a
        # kept-alive connection waits 40 ms for a delayed acknowledgement.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((str(self._listen.host), self._listen.port))
        except OSError as error:
            listening.close()
            raise OperationalError(
                f"cannot listen on {self.url}: {error.strerror}", "End what listens there."
            ) from None
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Finish what is being answered, for two seconds at most, and close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the program it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield
