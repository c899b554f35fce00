"""A signed conversation with a real knotd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from ffinfra.dns.wire.server import Key, Server
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, Knot, running_knot


class StartKnot(Protocol):
    """Starts a knotd for the duration of a test."""

    def __call__(
        self, zones: Mapping[str, str], *, signed: bool = False, server_options: str = ""
    ) -> Knot: ...


@pytest.fixture
def key() -> Key:
    """The key that the test servers know."""
    return Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET)


@pytest.fixture
def start_knot(tmp_path: Path) -> Iterator[StartKnot]:
    """Starts knotds that end with the test."""
    with ExitStack() as stack:

        def start(zones: Mapping[str, str], *, signed: bool = False, server_options: str = "") -> Knot:
            folder = tmp_path / f"knot{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return stack.enter_context(
                running_knot(folder, zones, signed=signed, server_options=server_options)
            )

        yield start


def server_of(knot: Knot) -> Server:
    """Where a knotd listens."""
    return Server(knot.address, knot.port)
