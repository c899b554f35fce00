"""Fixtures of the command line's tests."""

import pytest

from tests.commands.run import Runner


@pytest.fixture
def ffinfra(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Runner:
    """The command line."""
    return Runner(monkeypatch, capfd)
