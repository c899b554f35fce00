"""The steps of a rehearsal as they pass, with their seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


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


QUIET_SECONDS: Final = 5.0
"""Where there is no terminal to draw bars on, a running step says something at most this often."""


@dataclass(slots=True)
class RunningStep:
    """A step while it runs; any thread may tell of its own."""

    title: str
    show: Callable[[str, int | None, int | None], None] = field(repr=False)
    details: list[str] = field(default_factory=list)

    def say(self, text: str, done: int | None = None, total: int | None = None) -> None:
        """Show what is going on, and how much of it is done where that can be counted."""
        self.show(text, done, total)

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
    """Prints each step as it passes, and keeps them; steps may run side by side."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
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
    def drawn(self) -> Iterator[None]:
        """Bars of the steps that run, below those that have passed; on a terminal only."""
        with self._bars:
            yield

    @contextmanager
    def step(self, title: str) -> Iterator[RunningStep]:
        """One step; an exception in it is noted and passed on."""
        began = self.seconds
        task = self._bars.add_task(escape(title), total=None)
        running = RunningStep(title, self._shown(task, title))
        try:
            yield running
        except BaseException as error:
            reason = str(error) or type(error).__name__
            self._note(running, began, verified=False, last=reason)
            raise
        finally:
            self._bars.remove_task(task)
        self._note(running, began, verified=True)

    def _shown(self, task: TaskID, title: str) -> Callable[[str, int | None, int | None], None]:
        last = self.seconds

        def show(text: str, done: int | None, total: int | None) -> None:
            nonlocal last
            description = f"{escape(title)}: [dim]{escape(text)}[/]"
            self._bars.update(task, description=description, completed=done, total=total)
            if not self._console.is_terminal and self.seconds - last >= QUIET_SECONDS:
                last = self.seconds
                count = "" if done is None else f"{done} of {total}, "
                self._console.print(f"{last:6.1f} s  … {escape(title)}: {count}{escape(text)}")

        return show

    def _note(self, running: RunningStep, began: float, *, verified: bool, last: str = "") -> None:
        seconds = self.seconds - began
        details = (*running.details, *([last] if last else []))
        mark = "[green]✓[/]" if verified else "[bold red]✗[/]"
        lines = [f"{began + seconds:6.1f} s  {mark} {escape(running.title)}  [dim]({seconds:.1f} s)[/]"]
        lines += [f"             [dim]{escape(detail)}[/]" for detail in details]
        with self._lock:
            self.steps.append(TimelineStep(running.title, began, seconds, verified, details))
            self._console.print("\n".join(lines), soft_wrap=True)
