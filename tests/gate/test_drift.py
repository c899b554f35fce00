"""Drift: what only the world asks for, and whether a switch lies signed."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.dns_view import dns_view
from ffinfra.gate.drift import Drift, drift_of, only_drifted
from ffinfra.gate.findings import Finding, Severity, Verdict
from ffinfra.gate.operations import Operation
from ffinfra.report.alarm import alarms_of
from ffinfra.report.drift_form import DriftForm, drift_metrics
from ffinfra.report.terminal import print_changes
from ffinfra.stack_kind import StackKind
from tests.commands.run import Runner
from tests.gate.rules.contexts import RRSET, SERVER, change, rrset
from tests.gate.signing_people import NOW


def _update(name: str, label: str) -> Any:
    return change(Operation.UPDATE, SERVER, name, {"labels": {}}, {"labels": {"a": label}})


def test_only_what_the_world_asks_for_is_drift() -> None:
    plain = ChangeSet((_update("sn5", "x"), _update("sn6", "x")))
    refreshed = ChangeSet((_update("sn5", "x"), _update("sn6", "y"), _update("ns3", "z")))
    assert [one.name for one in drift_of(plain, refreshed)] == ["sn6", "ns3"]
    assert drift_of(plain, plain) == ()


def test_drift_of_a_record_names_it_and_leaves_out_what_waits() -> None:
    waits = change(Operation.UPDATE, RRSET, "a", rrset(1), rrset(1, "192.0.2.9"))
    drifted = change(Operation.UPDATE, RRSET, "b", rrset(2), rrset(2, "192.0.2.8"))
    same = change(Operation.SAME, RRSET, "c", rrset(3), rrset(3))
    refreshed = ChangeSet((waits, drifted, same))
    alone = only_drifted(refreshed, drift_of(ChangeSet((waits, same)), refreshed))
    text = StringIO()
    print_changes(Console(file=text, width=200), alone, dns_view(alone), explain=True)
    assert text.getvalue() == (
        "names\n"
        "  records of ff.musterstadt.example. at Hetzner DNS: RRsets: 1 changed; 1 of 2 records (50.0%)\n"
        "    ~ host2.ff.musterstadt.example. A: 192.0.2.1 -> 192.0.2.8\n"
        "affected: names in ff.musterstadt.example.\n"
    )


STOPS = Finding("own-never", Severity.BLOCK, "sn5 is never to be without a label", (), "Give it one")
BORNE = replace(STOPS, waived="waived until 2026-12-31 by alex: known")
NOTED = replace(STOPS, severity=Severity.NOTE)


@pytest.mark.parametrize(("finding", "found"), [(STOPS, True), (BORNE, False), (NOTED, False)])
def test_what_a_rule_blocks_is_for_somebody_to_look_at(finding: Finding, found: bool) -> None:
    drift = Drift((), 0, "", (finding,))
    assert drift.found is found
    told = DriftForm.of("prod", drift, ()).model_dump_json(by_alias=True)
    said = ("prod: own-never: sn5 is never to be without a label",) if found else ()
    assert alarms_of(told, "drift-prod.json") == said


def test_the_rules_look_at_the_preview_that_asked_the_world(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Both previews are played; only what the APIs say breaks the rule."""
    gate = PlayedGate()
    monkeypatch.setattr("ffinfra.commands.drift.gate_of", lambda *_: gate)
    ran = Runner(monkeypatch, capfd)("drift", "--stack", "prod", "--json")
    form = json.loads(ran.out)
    assert (ran.code, form["drifted"]) == (3, [])
    assert [one["rule"] for one in form["findings"]] == ["own-never"]
    assert "BLOCK own-never: sn5 is never to be without a label" in ran.err


class PlayedGate:
    """What the command asks of a gate."""

    stack = "prod"

    def preview(self, *, refresh: bool = False) -> SimpleNamespace:
        """One that a rule blocks if the APIs are asked."""
        return SimpleNamespace(
            changes=ChangeSet(()),
            stack=SimpleNamespace(kind=StackKind.PROD, declarations=None),
            verdict=Verdict((STOPS,) if refresh else ()),
        )


def test_metrics() -> None:
    found = Drift((_update("sn5", "x"),), 2, "no switch was signed ahead", (STOPS, BORNE))
    text = drift_metrics("failover", found, NOW)
    assert [line for line in text.splitlines() if line[0] != "#"] == [
        'ffinfra_drift_steps{stack="failover"} 1',
        'ffinfra_waiting_steps{stack="failover"} 2',
        'ffinfra_standby_missing{stack="failover"} 1',
        'ffinfra_blocking_findings{stack="failover"} 1',
        f'ffinfra_drift_time_seconds{{stack="failover"}} {NOW.timestamp():.0f}',
    ]
