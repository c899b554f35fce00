"""Clouds to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.clouds.bench import Bench, Stage, settings


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    stage = Stage()
    stage.open()
    yield stage
    stage.close()


@pytest.fixture
def play(stage: Stage, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Clouds with settings of the test's own."""
    benches: list[Bench] = []

    def play(**changes: Any) -> Bench:
        benches.append(stage.play(settings(tmp_path, **changes)))
        return benches[-1]

    yield play
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(play: Callable[..., Bench]) -> Bench:
    """Clouds without faults, whose actions are done at once."""
    return play()
