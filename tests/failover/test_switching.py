"""The bound on asking the APIs, and the stack's file around a try, with an engine that is a script."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.failover import switching
from ffinfra.failover.switching import Switch
from ffinfra.gate.previewing import Gate

HANGS = "sleep 4 &\nsleep 4\n"
"""A child that outlives the engine holds its output open, as a plugin does."""
SETS = """\
case "$1 $2" in
    "config set") printf 'config: {%s: %s}\\n' "$3" "$4" > Pulumi.failover.yaml ;;
    config*) echo '{"ffinfra:mode": {"value": "primary"}}' ;;
esac
"""
BEFORE = "config:\n  ffinfra:mode: primary   # a comment of ours\n"


def switch_with(folder: Path, script: str) -> Switch:
    """A switch to the fallback whose engine is a script."""
    engine = folder / "pulumi"
    engine.write_text(f"#!/bin/sh\n{script}")
    engine.chmod(0o755)
    (folder / "Pulumi.failover.yaml").write_text(BEFORE)
    environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    return Switch(Gate(folder, "failover", environment), Mode.FALLBACK)


def test_an_api_that_hangs_does_not_hold_up_the_switch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "REFRESH_SECONDS", 0.2)
    started = time.monotonic()
    told = switch_with(tmp_path, HANGS).drift()
    assert told == "the APIs were not through within 0.2 s; going on with the state as known"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(("keep", "after"), [(True, "config: {ffinfra:mode: fallback}\n"), (False, BEFORE)])
def test_a_try_that_ends_well(tmp_path: Path, *, keep: bool, after: str) -> None:
    switch = switch_with(tmp_path, SETS)
    with switch.trying(Standing(Mode.FALLBACK, Trust.PUBLISHED), keep=keep):
        assert switch.file.read_text() == "config: {ffinfra:mode: fallback}\n"
    assert switch.file.read_text() == after


def test_a_try_that_is_refused_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    switch = switch_with(tmp_path, SETS)
    with pytest.raises(KeyboardInterrupt), switch.trying(Standing(Mode.FALLBACK, Trust.PUBLISHED), keep=True):
        raise KeyboardInterrupt
    assert switch.file.read_text() == BEFORE
    assert [one.name for one in tmp_path.glob(".Pulumi*")] == []
