"""A receiver that is slow to look at what it gets, against Knot's limit of half a second."""

from __future__ import annotations

import socket
import struct
import time

import dns.message
import pytest

from ffinfra.dns.wire import transfer
from ffinfra.dns.wire.errors import BrokenAnswerError, SilentServerError
from ffinfra.dns.wire.server import Key
from ffinfra.dns.wire_format import WireRecord
from ffinfra.dns.zone_transfer import TransferReading
from tests.dns.wire.conftest import StartKnot, server_of
from tests.dns.zones import ORIGIN, SMALL

pytestmark = pytest.mark.full
STALL = 1.0
"""Seconds, twice Knot's tcp-io-timeout."""

LARGE = SMALL + "".join(f'n{number} TXT "{"x" * 250}"\n' for number in range(10_000))


def test_a_naive_reader_that_stalls_loses_the_transfer(start_knot: StartKnot, key: Key) -> None:
    """Proves that the stall of the next test is one that costs something."""
    server = server_of(start_knot({ORIGIN: LARGE}))
    request = dns.message.make_query(ORIGIN, "AXFR")
    request.use_tsig(key.for_dnspython())
    octets = request.to_wire()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect((server.address, server.port))
        connection.sendall(struct.pack("!H", len(octets)) + octets)
        connection.recv(1)
        time.sleep(STALL)
        connection.settimeout(10)
        received = 1
        while chunk := connection.recv(65536):
            received += len(chunk)
    assert received < 10_000 * 250


def test_our_reader_that_stalls_gets_it_all(
    start_knot: StartKnot, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_of(start_knot({ORIGIN: LARGE}))
    take = TransferReading.take
    stalled: list[float] = []

    def stall_then_take(reading: TransferReading, records: list[WireRecord]) -> bool:
        if len(stalled) < 2:
            stalled.append(STALL)
            time.sleep(STALL)
        return take(reading, records)

    monkeypatch.setattr(TransferReading, "take", stall_then_take)
    monkeypatch.setattr(transfer, "TRIES", 1)
    assert len(transfer.transfer_zone(server, ORIGIN, key=key).content) == 10_006
    assert len(stalled) == 2


def test_a_transfer_that_breaks_off_is_begun_again(
    start_knot: StartKnot, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    take = TransferReading.take
    broken: list[str] = []

    def break_twice(reading: TransferReading, records: list[WireRecord]) -> bool:
        if len(broken) < 2:
            broken.append("off")
            raise (
                SilentServerError(server, "broken off")
                if len(broken) == 1
                else BrokenAnswerError(server, "odd")
            )
        return take(reading, records)

    monkeypatch.setattr(TransferReading, "take", break_twice)
    assert len(transfer.transfer_zone(server, ORIGIN, key=key).content) == 6
    broken.clear()
    monkeypatch.setattr(transfer, "TRIES", 2)
    with pytest.raises(BrokenAnswerError, match="odd"):
        transfer.transfer_zone(server, ORIGIN, key=key)


def test_a_listener_that_says_nothing_is_silent_in_bounded_time(
    key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "STREAM_TIMEOUT", 1.5)
    monkeypatch.setattr(transfer, "TRIES", 2)
    from ffinfra.dns.wire.server import Server  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server("127.0.0.1", listener.getsockname()[1])
        started = time.monotonic()
        with pytest.raises(SilentServerError, match=r"nothing came for 1\.5 s"):
            transfer.transfer_zone(server, ORIGIN, key=key)
        assert time.monotonic() - started < 20
