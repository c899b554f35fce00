"""Waiting that a person's Ctrl-C ends, and trying again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from ffinfra.lab.plugins.remote import CancelledError, RemoteError

T = TypeVar("T")


class Waiter:
    """The clock of a plugin process; tests replace it."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            CancelledError: a person ended the run.
        """
        if self._cancelled.wait(seconds):
            raise CancelledError

    def cancel(self) -> None:
        """End all waiting, now and later."""
        self._cancelled.set()


def exponential(tries_so_far: int, *, base: float, cap: float) -> float:
    """Seconds to wait after so many tries: the base, then twice as long each time, up to the cap."""
    return min(cap, base * 2.0**tries_so_far)


def retry(waiter: Waiter, tries: int, attempt: Callable[[], T], again: Callable[[RemoteError], bool]) -> T:
    """Try up to so many times, waiting 1, 2, 4 ... 60 s; also after the last try, as the provider does.

    Source: terraform-provider-hcloud 1.66.1, internal/util/control (Retry).

    Raises:
        RemoteError: what the last try said, or what is not worth another.
    """
    for count in range(tries):
        try:
            return attempt()
        except RemoteError as error:
            if not again(error):
                raise
            waiter.wait(exponential(count, base=1, cap=60))
            if count + 1 == tries:
                raise
    raise ValueError("at least one try is needed")
