"""A linter that only tests use never stops a set-up outside of CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.setup import actionlint
from tools.setup.actionlint import Actionlint
from tools.setup.step import SetupError


@pytest.fixture
def without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which it was never built, and a Go that is too old to read its module."""
    monkeypatch.setattr(actionlint, "PROGRAM", tmp_path / "actionlint")
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text("#!/bin/sh\necho \"go.mod:3: invalid go version '1.25.0'\" >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
    return go


@pytest.mark.parametrize("there_is_a_go", [True, False])
def test_it_is_left_out_with_the_reason(
    without_the_program: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    there_is_a_go: bool,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if not there_is_a_go:
        monkeypatch.setenv("PATH", "/nowhere")
    Actionlint().ensure()
    told = capsys.readouterr().err
    assert "The tests of the workflows with it are skipped" in told
    assert ("invalid go version" in told, "there is no go" in told) == (there_is_a_go, not there_is_a_go)


def test_ci_skips_nothing(without_the_program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SetupError, match="CI skips nothing"):
        Actionlint().ensure()
