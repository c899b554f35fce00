"""Running the command line inside a test, as a person would call it."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from ffinfra.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command gave back."""

    code: int
    out: str
    err: str


class Runner:
    """Calls ``ffinfra`` with arguments."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: str) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["ffinfra", *arguments])
        code = main()
        captured = self._capfd.readouterr()
        return Ran(code, captured.out, captured.err)
