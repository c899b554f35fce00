"""``--live`` of approve and apply: the providers are asked before anything is signed or performed."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.commands import approve_run, gate_apply
from ffinfra.gate.refusal import ApprovalRefusedError, Refusal
from tests.commands.run import Runner
from tests.hosts.samples import ROOT

STACK = ("--stack", "prod", "--project", str(ROOT))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the providers were to be asked, each time; then it ends as a refusal does."""
    seen: list[bool] = []

    def refuse(*_: Any, live: bool) -> Any:
        seen.append(live)
        raise ApprovalRefusedError(Refusal("the API would refuse", "Wait"))

    monkeypatch.setattr(approve_run, "take_preview", refuse)
    monkeypatch.setattr(gate_apply, "watched_apply", refuse)
    return seen


@pytest.mark.parametrize("command", ["approve", "apply"])
def test_they_are_asked_where_somebody_wants_it(ffinfra: Runner, asked: list[bool], command: str) -> None:
    assert ffinfra(command, "--live", *STACK).code == 4
    ran = ffinfra(command, *STACK)
    assert (ran.code, asked) == (4, [True, False])
    assert "refused: the API would refuse" in ran.err


def test_all_takes_it_too(ffinfra: Runner, asked: list[bool]) -> None:
    assert ffinfra("approve", "--all", "--live", "--project", str(ROOT)).code == 4
    assert asked == [True]
