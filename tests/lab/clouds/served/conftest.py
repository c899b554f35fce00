"""Worlds with a real knotd."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.clouds.served.world import Clouds, World, opened


@pytest.fixture
def world() -> Iterator[World]:
    """A namespace with addresses; its directory has a short path, because sockets live in it."""
    with tempfile.TemporaryDirectory(prefix="clouds-") as directory, opened(Path(directory)) as world:
        yield world


@pytest.fixture
def clouds(world: World) -> Clouds:
    """The stand-ins in that namespace, without faults."""
    return world.serve()
