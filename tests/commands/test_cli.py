"""Mistakes in calling the command line end in words, not in a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from ffinfra import cli
from ffinfra.gate.refusal import ApprovalRefusedError, Refusal
from ffinfra.problems import BlockedError
from tests.commands.run import Runner


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nonsense",), "No such command"),
        (("dns", "lint", "--nonsense"), "No such option"),
        (("dns", "lint", "--backend", "paper"), "paper"),
    ],
)
def test_a_wrong_call(ffinfra: Runner, arguments: tuple[str, ...], told: str) -> None:
    ran = ffinfra(*arguments)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


WITHOUT_JSON = {"dns export", "runbook", "gate report", "lab shell"}
"""Their result is a text of its own; docs/schemas/README.md says so."""


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Every command and its options."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), {option for one in command.params for option in one.opts}


def test_every_command_that_reports_has_a_form() -> None:
    every = dict(commands(typer.main.get_command(cli.command_line())))
    assert {name for name, options in every.items() if "--json" not in options} == WITHOUT_JSON
    text = (Path(cli.__file__).parents[1] / "docs/schemas/README.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in WITHOUT_JSON)


def test_a_failure_is_a_document_too(ffinfra: Runner) -> None:
    ran = ffinfra("costs", "--project", "/", "--json")
    assert ran.code == 1
    assert json.loads(ran.out) == {
        "schema": "ffinfra.failure/1",
        "kind": "failed",
        "what": "/ lies in no ffinfra project (there is no Pulumi.yaml with name: ffinfra)",
        "way_out": "Change into the checkout, or give its path with --project",
    }
    assert ran.err.startswith("failed: / lies in no ffinfra project")


def test_a_wrong_call_is_a_document_too(ffinfra: Runner) -> None:
    ran = ffinfra("costs", "--nonsense", "--json")
    assert ran.code == 2
    (problem,) = json.loads(ran.out)["problems"]
    assert (problem["file"], problem["what"]) == ("the command line", "No such option: --nonsense")


def test_without_json_nothing_goes_to_stdout(ffinfra: Runner) -> None:
    assert ffinfra("costs", "--project", "/").out == ""
    assert ffinfra("lab", "shell", "--project", "/", "--", "x", "--json").out == ""


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (ApprovalRefusedError(Refusal("there is none", "Approve")), 4, "refused"),
        (BlockedError("there is none", "Approve"), 3, "blocked"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
    ids=["refused", "blocked", "interrupted"],
)
def test_no_end_is_without_a_document(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    kind: str,
) -> None:
    def failing(**_settings: object) -> None:
        raise error

    monkeypatch.setattr(sys, "argv", ["ffinfra", "apply", "--json"])
    monkeypatch.setattr(cli, "command_line", lambda _words: failing)
    assert cli.main() == code
    assert json.loads(capsys.readouterr().out)["kind"] == kind
