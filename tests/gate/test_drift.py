"""Drift: what only the world asks for, and whether a switch lies signed."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from ffinfra.gate.approving import STANDBY_FOR
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.dns_view import dns_view
from ffinfra.gate.drift import Drift, drift_of, missing_standby, only_drifted
from ffinfra.gate.operations import Operation
from ffinfra.gate.previewing import Gate, Present
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, signers_digest
from ffinfra.gate.state import StackState
from ffinfra.report.drift_form import drift_metrics
from ffinfra.report.terminal import print_changes
from ffinfra.stack import StackKind
from tests.gate.rules.contexts import RRSET, SERVER, change, rrset
from tests.gate.signing_people import BINDINGS, NOW, People, record_of


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


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


class Stack:
    """A failover stack's folder with one approval, and how it stands."""

    def __init__(self, folder: Path, people: People, **settings: Any) -> None:
        signers = people.signers("alex")
        (folder / ".allowed_signers").write_text(signers)
        environment = {PIN_VARIABLE: signers_digest(signers), "HOME": str(folder)}
        self.gate = Gate(folder, "failover", environment)
        given = {"stack": "failover", "created": NOW, "expires": NOW + STANDBY_FOR, **settings}
        record = record_of(signers, **given)
        self.gate.store.add(record, sign(record.text, people.key("alex")))
        self.identifier = record.identifier[:12]

    def missing(self, days: int = 0, kind: StackKind = StackKind.FAILOVER, **bindings: str) -> str:
        present = SimpleNamespace(
            stack=SimpleNamespace(kind=kind),
            state=StackState(BINDINGS.state, {}, None, ()),
            bindings=BINDINGS.model_copy(update=bindings),
        )
        return missing_standby(self.gate, cast("Present", present), NOW + timedelta(days=days))


def test_a_standby_that_holds(tmp_path: Path, people: People) -> None:
    stack = Stack(tmp_path, people)
    assert stack.missing() == ""
    assert stack.missing(configuration="9" * 32) == ""
    assert stack.missing(kind=StackKind.PROD, program="9" * 64) == ""


def test_standbys_that_do_not(tmp_path: Path, people: People) -> None:
    stack = Stack(tmp_path, people)
    assert stack.missing(program="9" * 64) == f"{stack.identifier} was signed for another state or program"
    assert stack.missing(days=28) == f"{stack.identifier} ends on 2026-12-24 03:00 UTC"


def test_an_approval_for_the_day_is_none(tmp_path: Path, people: People) -> None:
    stack = Stack(tmp_path, people, expires=NOW + timedelta(hours=12))
    assert stack.missing() == "no switch was signed ahead"


def test_metrics() -> None:
    text = drift_metrics("failover", Drift((_update("sn5", "x"),), 2, "no switch was signed ahead"), NOW)
    assert [line for line in text.splitlines() if line[0] != "#"] == [
        'ffinfra_drift_steps{stack="failover"} 1',
        'ffinfra_waiting_steps{stack="failover"} 2',
        'ffinfra_standby_missing{stack="failover"} 1',
        f'ffinfra_drift_time_seconds{{stack="failover"}} {NOW.timestamp():.0f}',
    ]
