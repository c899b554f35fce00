"""One step of the set-up: known to be done by a stamp, safe to break off, safe to repeat."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

TOOLS = ROOT / ".tools"
"""Everything the set-up makes, apart from the virtual environment."""


class SetupError(Exception):
    """Raised when a step cannot be done; the text says what is missing and what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal what happens; results are files, so talk goes to stderr."""
    print(text, file=sys.stderr, flush=True)


def in_ci() -> bool:
    """Whether a missing tool is a failure and not a skip."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


class Step(ABC):
    """A step; its stamp holds a digest of everything its result depends on."""

    name: str
    usual_duration: str

    @abstractmethod
    def inputs(self) -> list[str]:
        """Texts that the result depends on."""

    @abstractmethod
    def present(self) -> bool:
        """Whether the result is really there, checked quickly."""

    @abstractmethod
    def run(self) -> None:
        """Do it.

        Raises:
            SetupError: it cannot be done.
        """

    def ensure(self) -> None:
        """Do it unless it is done."""
        digest = hashlib.sha256("\0".join(self.inputs()).encode()).hexdigest()
        stamp = TOOLS / "stamps" / self.name.replace(" ", "-")
        if stamp.is_file() and stamp.read_text() == digest and self.present():
            return
        say(f"==> {self.name} (usually {self.usual_duration})")
        started = time.monotonic()
        self.run()
        stamp.parent.mkdir(parents=True, exist_ok=True)
        partial = stamp.with_suffix(".partial")
        partial.write_text(digest)
        partial.replace(stamp)
        say(f"    done in {time.monotonic() - started:.0f} s")


def digest_of(*files: Path) -> str:
    """A digest of files' contents."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()
