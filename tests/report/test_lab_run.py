"""The page of a rehearsal shows every change, however many."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from ffinfra.gate.operations import Operation
from ffinfra.gate.previewing import GatePreview
from ffinfra.gate.rules import evaluate
from ffinfra.lab.rehearsal.gated import Passage
from ffinfra.lab.rehearsal.result import LabRunForm
from ffinfra.report.lab_run import render_report
from tests.gate.rules.contexts import RRSET, SERVER, change, context, rrset, sample
from tests.report.previews import HOSTILE


def test_every_change_and_record_is_listed() -> None:
    servers = [change(Operation.CREATE, SERVER, f"host{number}", None, {"name": "a"}) for number in range(60)]
    records: list[Any] = [
        change(Operation.CREATE, RRSET, str(number), None, rrset(number)) for number in range(60)
    ]
    judged = context([*servers, *records, change(Operation.DELETE, SERVER, HOSTILE, {"name": "b"})])
    preview = SimpleNamespace(changes=judged.changes, context=judged, verdict=evaluate(judged))
    run = LabRunForm(verified=True, seconds=1.0, outage_seconds=None, steps=(), failure=None)
    text = render_report(run, sample(), [Passage("prod", "prod, first", [cast("GatePreview", preview)])])
    assert "prod, first: 121 changes" in text
    for number in range(60):
        assert f"create host{number} ({SERVER})" in text
        assert f"host{number}.ff.musterstadt.example. A" in text
    assert "<script" not in text
    assert "\u202e" not in text
