"""A knotd of our own: start, orders over its control socket, end."""

from __future__ import annotations

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from ffinfra.lab.clouds.nameservers.knot_config import KnotPlace
from ffinfra.problems import OperationalError

_START_SECONDS = 10.0
_END_SECONDS = 5.0


class KnotProcess:
    """One knotd, ended with us even if we are killed."""

    def __init__(self, place: KnotPlace) -> None:
        self.place = place
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start knotd on the configuration that lies in its place; returns when it takes orders.

        Raises:
            OperationalError: it is not installed, or ends at once.
        """
        program = _program("knotd")
        command = [program, "-c", str(self.place.configuration)]
        if (setpriv := shutil.which("setpriv")) is not None:
            command = [setpriv, "--pdeathsig", "TERM", "--", *command]
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        while await self._ask("status") is not None:
            late = asyncio.get_running_loop().time() > deadline
            if self._process.returncode is not None or late:
                await self.stop()
                raise OperationalError(
                    f"knotd does not start: {log_end(self.place.log)}",
                    f"See {self.place.log}.",
                )
            await asyncio.sleep(0.02)

    async def order(self, *words: str) -> str | None:
        """Give an order, wait until it is done, and return knotc's complaint (None = done)."""
        return await self._ask("-b", *words)

    async def stop(self) -> None:
        """End it and wait for its end."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            sys.stderr.write(f"knotd {process.pid} does not end on TERM; it is killed\n")
            process.kill()
            await process.wait()

    async def _ask(self, *words: str) -> str | None:
        process = await asyncio.create_subprocess_exec(
            _program("knotc"), "-s", str(self.place.socket), *words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        out, complaint = await process.communicate()
        return None if process.returncode == 0 else (complaint or out).decode(errors="replace").strip()


def log_end(log: Path) -> str:
    """The last lines of a log, on one line."""
    if not log.exists():
        return "no log was written"
    return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:])


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        raise OperationalError(f"{name} is not installed", "Install Debian's package knot.")
    return found
