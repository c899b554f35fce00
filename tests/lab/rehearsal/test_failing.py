"""How a rehearsal ends that did not get through, and what programs and people are told of it."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from ffinfra.cli import main as ffinfra_main
from ffinfra.commands import lab as lab_commands
from ffinfra.lab import setting_up
from ffinfra.lab.namespace.unshared import Namespace
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.rehearsal import __main__ as inside_the_lab
from ffinfra.lab.rehearsal import timeline
from ffinfra.lab.rehearsal.steps import Rehearsal
from ffinfra.lab.rehearsal.timeline import StepFailedError, Timeline
from ffinfra.lab.standing import Lab
from ffinfra.stack import Declarations, read_declarations
from tests.hosts.samples import ROOT

LAST = "own nameservers answer"


class FailingRehearsal(Rehearsal):
    """Gets through one step; the next shows something else."""

    @property
    def declarations(self) -> Declarations:
        return read_declarations(ROOT)

    def _build_and_cut(self) -> None:
        with self.timeline.step("prod: apply"):
            pass
        with self.timeline.step(LAST) as step:
            step.found("a.example: 7 questions answered as declared")
            raise StepFailedError("1 answers differ")


class BuggyRehearsal(FailingRehearsal):
    """Dies of what nobody foresaw."""

    def _build_and_cut(self) -> None:
        raise ZeroDivisionError


class PlayedLab(Lab):
    """Runs the rehearsal in this process; an exception that leaves it is exit code 1, as the interpreter has it."""

    def run(self, command: object, *, folder: Path | None = None) -> int:
        del command, folder
        try:
            return inside_the_lab.main()
        except ZeroDivisionError:
            return 1


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, kind: type[Rehearsal], *arguments: str) -> int:
    """``ffinfra lab run`` over a lab that is not there; the folder holds what an earlier run has left."""
    places = LabPlaces(folder, folder)
    places.result.write_text('{"verified": true}')
    places.report.write_text("an old report")
    played = PlayedLab(places, cast("Namespace", None), {})
    monkeypatch.setattr(lab_commands, "_places", lambda _: places)
    monkeypatch.setattr(setting_up, "set_up", lambda *_, **__: played)
    monkeypatch.setattr(lab_commands, "take_down", lambda _: None)
    monkeypatch.setattr(inside_the_lab, "LabPlaces", lambda _: places)
    monkeypatch.setattr(inside_the_lab, "inside", lambda _: played)
    monkeypatch.setattr(inside_the_lab, "Rehearsal", kind)
    monkeypatch.setattr(sys, "argv", ["ffinfra", "lab", "run", *arguments])
    return ffinfra_main()


def test_a_step_that_fails_is_the_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, tmp_path, FailingRehearsal, "--json") == 1
    said = capsys.readouterr()
    form = json.loads(said.out)
    assert json.loads((tmp_path / "run.json").read_text()) == form
    assert (form["schema"], form["verified"]) == ("ffinfra.lab-run/1", False)
    assert [(step["title"], step["verified"]) for step in form["steps"]] == [
        ("prod: apply", True),
        (LAST, False),
    ]
    assert form["steps"][-1]["details"] == ["a.example: 7 questions answered as declared", "1 answers differ"]
    assert form["failure"] == "1 answers differ"
    assert f"report: {tmp_path / 'report.html'}" in said.err.replace("\n", "")
    report = (tmp_path / "report.html").read_text()
    assert "1 answers differ" in report
    assert "every step verified" not in report


def test_a_rehearsal_that_dies_leaves_a_failure_and_no_old_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, tmp_path, BuggyRehearsal, "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "schema": "ffinfra.failure/1",
        "kind": "failed",
        "what": "the rehearsal died with exit code 1 and left no result",
        "way_out": "See what it said last; if that is a traceback, it is a bug",
    }
    assert "report:" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_a_step_counts_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "QUIET_SECONDS", 0.0)
    text = StringIO()
    with Timeline(Console(file=text, width=200)).step("prod: apply") as step:
        step.say("creating [sn1]", 3, 12)
        step.say("waiting")
    lines = [line.split(" s  ", 1)[1] for line in text.getvalue().splitlines()]
    assert lines[:2] == ["… prod: apply: 3 of 12, creating [sn1]", "… prod: apply: waiting"]
    assert lines[2].startswith("✓ prod: apply")
