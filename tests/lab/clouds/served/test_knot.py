"""The nameservers by themselves: what they refuse, and what a bad zone does to its neighbours."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ffinfra.lab.clouds.nameservers.knot import KnotZones
from ffinfra.lab.clouds.nameservers.knot_config import KnotPlace
from ffinfra.lab.clouds.nameservers.served import PrimaryZone, PublishError, Record, StartOfAuthority
from ffinfra.problems import OperationalError
from tests.lab.clouds.bench import free_port

pytestmark = pytest.mark.full


def zone(name: str, serial: int, value: str = "192.0.2.1") -> PrimaryZone:
    soa = StartOfAuthority("ns1.example.", "noc.example.", serial, 3600, 600, 86400, 300, 300)
    return PrimaryZone(name, soa, (Record("@", 300, "NS", "ns1.example."), Record("www", 300, "A", value)))


def served(act: Callable[[KnotZones], Awaitable[None]]) -> None:
    """Do something with a knotd on a free port of 127.0.0.1."""
    if shutil.which("knotd") is None:
        pytest.skip("not installed: knotd")

    async def run(directory: Path) -> None:
        zones = KnotZones(KnotPlace(directory / "knot", ("127.0.0.1",), free_port()))
        await zones.start()
        try:
            await act(zones)
        finally:
            await zones.stop()

    with tempfile.TemporaryDirectory(prefix="knot-") as directory:
        asyncio.run(run(Path(directory)))


def test_a_zone_that_knotd_refuses_is_told_soon_and_mended_by_the_next() -> None:
    async def act(zones: KnotZones) -> None:
        await zones.publish(zone("a.example", 1))
        started = time.monotonic()
        outcomes = await asyncio.gather(
            zones.publish(zone("a.example", 2, "no address")),
            zones.publish(zone("b.example", 1)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [PublishError, type(None)]
        assert "a.example is served with serial 1 instead of 2" in str(outcomes[0])
        assert time.monotonic() - started < 5
        assert [await zones.serial(name) for name in ("a.example", "b.example", "c.example")] == [1, 1, None]
        await zones.publish(zone("a.example", 3))
        await zones.withdraw("b.example")
        assert [await zones.serial(name) for name in ("a.example", "b.example")] == [3, None]

    served(act)


def test_many_changes_of_one_zone_become_few_reloads() -> None:
    async def act(zones: KnotZones) -> None:
        await zones.publish(zone("a.example", 1))
        started = time.monotonic()
        await asyncio.gather(*(zones.publish(zone("a.example", serial)) for serial in range(2, 1002)))
        assert await zones.serial("a.example") == 1001
        assert time.monotonic() - started < 5

    served(act)


def test_a_knotd_that_died_is_told() -> None:
    async def act(zones: KnotZones) -> None:
        await zones.publish(zone("a.example", 1))
        await zones._knotd.stop()
        with pytest.raises(PublishError, match=r"a\.example is served with serial None instead of 2"):
            await zones.publish(zone("a.example", 2))

    served(act)


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    place = KnotPlace(tmp_path / ("x" * 100), ("127.0.0.1",))
    with pytest.raises(OperationalError, match="is too long for a socket"):
        asyncio.run(KnotZones(place).start())
