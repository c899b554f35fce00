"""Running a program with a sign of life on the terminal, and its own words when it fails."""

from __future__ import annotations

import collections
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.setup.step import SetupError

KEPT_LINES = 30
"""How much of a failed program's output is shown."""


def run(
    arguments: list[str],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    progress: Callable[[str], str | None] = lambda line: line,
) -> None:
    """Run a program; each line that it prints becomes the one line of progress.

    Args:
        arguments: the program and its arguments.
        cwd: the directory to run in.
        environment: the whole environment; None means ours.
        progress: makes the text to show of a line, or None to show nothing.

    Raises:
        SetupError: it cannot be started or fails; the text holds its last lines.
    """
    last: collections.deque[str] = collections.deque(maxlen=KEPT_LINES)
    try:
        process = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise SetupError(f"{arguments[0]} cannot be started: {error}") from error
    started = time.monotonic()
    with process, _Line() as line_on_terminal:
        for line in process.stdout or ():
            last.append(line.rstrip())
            text = progress(line.rstrip())
            if text:
                line_on_terminal.show(f"    {time.monotonic() - started:4.0f} s  {text}")
    if process.returncode:
        shown = "\n".join(f"    | {line}" for line in last)
        raise SetupError(f"{' '.join(arguments[:4])} ... failed with {process.returncode}:\n{shown}")


class _Line:
    """One line that is written over; on anything but a terminal a line at most every ten seconds."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()

    def __enter__(self) -> _Line:
        return self

    def show(self, text: str) -> None:
        """Replace the line."""
        if self._terminal:
            sys.stderr.write("\r\033[K" + text[:100])
            sys.stderr.flush()
        elif time.monotonic() - self._last >= 10:
            self._last = time.monotonic()
            print(text[:100], file=sys.stderr, flush=True)

    def __exit__(self, *unused: object) -> None:
        if self._terminal:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
