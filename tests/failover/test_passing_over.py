"""When a watch without end passes over a nameserver of the parent that nobody hears; looks and clock are played."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import pytest

from ffinfra.failover import convergence
from ffinfra.failover.convergence import Converged, Lookout, Seen, watch

OLD = "192.0.2.8 still has the DS"
GONE = "192.0.2.9, a nameserver of net.example., gives no usable answer for mesh.net.example."


@dataclass
class Clock:
    """A clock that goes on only while somebody sleeps."""

    now: float = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def watched(
    monkeypatch: pytest.MonkeyPatch, *looks: Seen, seconds: float = math.inf, grace: float = math.inf
) -> Converged:
    """The end of a watch with these looks, the last one for ever, 2 s apart; it fails after 50 looks."""
    left = [*looks, *[looks[-1]] * 50]

    async def look(lookout: Lookout) -> Seen:
        del lookout
        return left.pop(0)

    clock = Clock()
    monkeypatch.setattr(convergence, "look", look)
    monkeypatch.setattr(convergence, "time", clock)
    return watch(cast("Lookout", None), clock.now + seconds, lambda _: None, grace=grace)


def test_one_that_stays_silent_is_passed_over_after_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    found = watched(monkeypatch, Seen((OLD,), (GONE,)), Seen((), (GONE,)), grace=10)
    assert found == Converged((), 10.0, 6, (GONE,))


def test_the_grace_begins_anew_with_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    silent, heard = Seen((), (GONE,)), Seen((OLD,))
    assert watched(monkeypatch, silent, heard, silent, grace=4) == Converged((), 8.0, 5, (GONE,))


def test_one_that_answers_otherwise_is_never_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    found = watched(monkeypatch, Seen((OLD,), (GONE,)), seconds=20, grace=4)
    assert (found.waiting, found.passed_over) == ((OLD,), (GONE,))


def test_without_a_grace_it_counts_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, Seen((), (GONE,)), seconds=4) == Converged((GONE,), 4.0, 3)
