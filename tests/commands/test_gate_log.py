"""``ffinfra log``: what the terminal names of each approval."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ffinfra.commands import gate_log
from ffinfra.gate.approvals import ApprovalStore, Outcome, PerformedStep
from ffinfra.gate.operations import Operation
from tests.commands.run import Runner
from tests.gate.signing_people import ADDRESS, DELETION, NOW, UPDATE, URN, record_of

STEPS = [
    "performed: update sn1 (freifunk:index:HostConfig)",
    "not performed: delete sn5-ipv4 (hcloud:index/primaryIp:PrimaryIp)",
]


@pytest.fixture
def broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One approval whose apply broke off after its first step."""
    store = ApprovalStore(tmp_path / "approvals" / "prod")
    record = record_of("alex x\n", UPDATE, DELETION)
    store.add(record, None)
    outcome = Outcome(
        approval=record.identifier, started=NOW, ended=NOW, complete=False,
        performed=(PerformedStep(operation=Operation.UPDATE, urn=URN),),
        not_performed=(PerformedStep(operation=Operation.DELETE, urn=ADDRESS),),
    )  # fmt: skip
    store.set_outcome(record, outcome)
    state = SimpleNamespace(state=SimpleNamespace(last_approval=record.identifier))
    gate = SimpleNamespace(
        stack="prod", project=tmp_path, environment={}, store=store, situation=lambda: state
    )
    monkeypatch.setattr(gate_log, "gate_of", lambda *_: gate)


@pytest.mark.usefixtures("broken_off")
@pytest.mark.parametrize(("options", "named"), [((), []), (("--explain",), STEPS)])
def test_the_steps_are_named_where_asked_for(
    ffinfra: Runner, options: tuple[str, ...], named: list[str]
) -> None:
    lines = [line.strip() for line in ffinfra("log", *options).out.splitlines()]
    assert "2 steps, 1 performed" in lines[0]
    assert [line for line in lines if "performed: " in line] == named
