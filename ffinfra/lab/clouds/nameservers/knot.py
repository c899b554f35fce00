"""A provider's nameservers as one real knotd.

Changes are gathered: while knotd takes one batch, all that comes in meanwhile forms the next. So a hundred
changes by eight clients cost some dozen reloads; each caller still returns only when its change is served.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from ffinfra.lab.clouds.nameservers.knot_config import KnotPlace, knot_configuration
from ffinfra.lab.clouds.nameservers.knot_process import KnotProcess, log_end
from ffinfra.lab.clouds.nameservers.lookup import answers, served_serial
from ffinfra.lab.clouds.nameservers.served import PrimaryZone, PublishError, SecondaryZone, ServedZone
from ffinfra.lab.clouds.nameservers.zone_file import master_file
from ffinfra.problems import OperationalError

_SERVE_SECONDS = 10.0
_COMPLAINT_SECONDS = 0.5
_LONGEST_SOCKET_PATH = 107

Batch = Mapping[str, ServedZone | None]
"""Zone name -> the zone as it is to be served, or None where it is withdrawn."""


class KnotZones:
    """Zones served by a knotd that lives in a directory of its own."""

    def __init__(self, place: KnotPlace) -> None:
        self._place = place
        self._knotd = KnotProcess(place)
        self._zones: dict[str, ServedZone] = {}
        self._wanted: dict[str, ServedZone | None] = {}
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._work = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of knotd while it runs."""
        return self._knotd.pid

    async def start(self) -> None:
        """Empty the directory, start knotd without zones and take changes.

        Raises:
            OperationalError: knotd does not start, or not on every address.
        """
        if len(str(self._place.socket)) > _LONGEST_SOCKET_PATH:
            raise OperationalError(
                f"{self._place.socket} is too long for a socket",
                "Choose a state directory with a shorter path.",
            )
        shutil.rmtree(self._place.directory, ignore_errors=True)
        for part in ("zones", "transferred", "database"):
            (self._place.directory / part).mkdir(parents=True)
        self._configure()
        await self._knotd.start()
        await self._check_addresses()
        self._worker = asyncio.create_task(self._serve_batches())

    async def stop(self) -> None:
        """End knotd; changes that wait are given up."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        await self._knotd.stop()

    async def publish(self, zone: ServedZone) -> None:
        """Serve a zone; see ``ServedZones``."""
        await self._change(zone.name, zone)

    async def withdraw(self, name: str) -> None:
        """Stop serving a zone; see ``ServedZones``."""
        await self._change(name, None)

    async def serial(self, name: str) -> int | None:
        """The serial served now."""
        return await served_serial(name, self._place.addresses[0], self._place.port)

    async def _check_addresses(self) -> None:
        """Knotd starts even if it cannot listen on one of its addresses, and only logs it."""
        place = self._place
        heard = await asyncio.gather(*(answers(address, place.port) for address in place.addresses))
        silent = [address for address, there in zip(place.addresses, heard, strict=True) if not there]
        if silent:
            raise OperationalError(
                f"knotd does not listen on {', '.join(silent)} port {place.port}",
                f"Every nameserver address must exist on this machine, with the port free; see {place.log}.",
            )

    async def _change(self, name: str, zone: ServedZone | None) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wanted[name] = zone
        self._waiting.setdefault(name, []).append(done)
        self._work.set()
        await done

    async def _serve_batches(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            batch, waiting = self._wanted, self._waiting
            self._wanted, self._waiting = {}, {}
            problems = await self._serve(batch)
            for name, futures in waiting.items():
                for future in futures:
                    if future.done():
                        continue
                    if name in problems:
                        future.set_exception(problems[name])
                    else:
                        future.set_result(None)

    async def _serve(self, batch: Batch) -> dict[str, PublishError]:
        """Serve a batch; returns what went wrong, by zone."""
        try:
            complaint = await self._hand_over(batch)
        except (OperationalError, OSError) as error:
            problem = PublishError(f"knotd does not take changes: {error}", f"See {self._place.log}.")
            return dict.fromkeys(batch, problem)
        patience = _SERVE_SECONDS if complaint is None else _COMPLAINT_SECONDS
        checks = {name: self._problem(name, zone, patience) for name, zone in batch.items()}
        found = await asyncio.gather(*checks.values())
        return {name: problem for name, problem in zip(checks, found, strict=True) if problem is not None}

    async def _hand_over(self, batch: Batch) -> str | None:
        """Give knotd files and configuration; returns its complaint about a file."""
        known = dict(self._zones)
        for name, zone in batch.items():
            self._zones.pop(name, None)
            if zone is not None:
                self._zones[name] = zone
            if isinstance(zone, PrimaryZone):
                _replace(self._place.zone_file(name), master_file(zone))
        reconfigured = [
            name for name in batch if _configured(known.get(name)) != _configured(self._zones.get(name))
        ]
        if reconfigured:
            try:
                self._configure()
            except PublishError:
                self._zones = known
                raise
            await self._knotd.order("reload")
        return await self._refresh(batch, reconfigured)

    async def _refresh(self, batch: Batch, reconfigured: Sequence[str]) -> str | None:
        """Make knotd read changed files and fetch secondaries, whose primaries may well be silent."""
        changed = [
            name for name, zone in batch.items() if isinstance(zone, PrimaryZone) and name not in reconfigured
        ]
        complaint = await self._knotd.order("zone-reload", *changed) if changed else None
        fetched = [name for name, zone in batch.items() if isinstance(zone, SecondaryZone)]
        if fetched:
            await self._knotd.order("zone-retransfer", *fetched)
        return complaint

    async def _problem(self, name: str, zone: ServedZone | None, patience: float) -> PublishError | None:
        """Wait until the nameservers answer as they should; knotd loads new zones in the background."""
        if isinstance(zone, SecondaryZone):
            return None
        wanted = None if zone is None else zone.soa.serial
        deadline = asyncio.get_running_loop().time() + patience
        while (serial := await self.serial(name)) != wanted:
            if self._knotd.pid is None or asyncio.get_running_loop().time() > deadline:
                return PublishError(
                    f"{name} is served with serial {serial} instead of {wanted}: {log_end(self._place.log)}",
                    f"See {self._place.log}.",
                )
            await asyncio.sleep(0.01)
        return None

    def _configure(self) -> None:
        _replace(self._place.configuration, knot_configuration(self._place, self._zones))


def _configured(zone: ServedZone | None) -> SecondaryZone | str | None:
    """What of a zone stands in knot.conf."""
    return zone.name if isinstance(zone, PrimaryZone) else zone


def _replace(path: Path, text: str) -> None:
    """Write a file at once, so that nobody ever reads half of it. It may hold a TSIG key."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
