"""The steps of a rehearsal as they pass, with their seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.status import Status


class StepFailedError(Exception):
    """Raised when a step did not show what it was to show; the text says what was found."""


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A step that has passed.

    Attributes:
        title: what it was to show.
        began: seconds since the start of the rehearsal.
        seconds: how long it took.
        verified: whether it showed that.
        details: what was found, a sentence each.
    """

    title: str
    began: float
    seconds: float
    verified: bool
    details: tuple[str, ...]


@dataclass(slots=True)
class RunningStep:
    """A step while it runs."""

    status: Status
    title: str
    details: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Show what is going on."""
        self.status.update(f"{escape(self.title)}: {escape(text)}")

    def found(self, text: str) -> None:
        """Note what was found; it is shown with the step and in the report."""
        self.details.append(text)

    def require(self, condition: bool, text: str) -> None:
        """Note what was found, and fail if it is not so.

        Raises:
            StepFailedError: it is not so.
        """
        if not condition:
            raise StepFailedError(text)
        self.found(text)


class Timeline:
    """Prints each step as it passes, and keeps them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self.steps: list[TimelineStep] = []

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._started

    @property
    def verified(self) -> bool:
        """Whether every step showed what it was to show."""
        return bool(self.steps) and all(step.verified for step in self.steps)

    @contextmanager
    def step(self, title: str) -> Iterator[RunningStep]:
        """One step; an exception in it is noted and passed on."""
        began = self.seconds
        with self._console.status(escape(title)) as status:
            running = RunningStep(status, title)
            try:
                yield running
            except BaseException as error:
                reason = str(error) or type(error).__name__
                self._note(running, began, verified=False, last=reason)
                raise
        self._note(running, began, verified=True)

    def _note(self, running: RunningStep, began: float, *, verified: bool, last: str = "") -> None:
        seconds = self.seconds - began
        details = (*running.details, *([last] if last else []))
        self.steps.append(TimelineStep(running.title, began, seconds, verified, details))
        mark = "[green]✓[/]" if verified else "[bold red]✗[/]"
        self._console.print(
            f"{self.seconds:6.1f} s  {mark} {escape(running.title)}  [dim]({seconds:.1f} s)[/]"
        )
        for detail in details:
            self._console.print(f"             [dim]{escape(detail)}[/]", soft_wrap=True)
