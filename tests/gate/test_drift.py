"""Drift: what only the world asks for, and whether a switch lies signed."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.dns_view import dns_view
from ffinfra.gate.drift import Drift, drift_of, only_drifted
from ffinfra.gate.operations import Operation
from ffinfra.report.drift_form import drift_metrics
from ffinfra.report.terminal import print_changes
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


def test_metrics() -> None:
    text = drift_metrics("failover", Drift((_update("sn5", "x"),), 2, "no switch was signed ahead"), NOW)
    assert [line for line in text.splitlines() if line[0] != "#"] == [
        'ffinfra_drift_steps{stack="failover"} 1',
        'ffinfra_waiting_steps{stack="failover"} 2',
        'ffinfra_standby_missing{stack="failover"} 1',
        f'ffinfra_drift_time_seconds{{stack="failover"}} {NOW.timestamp():.0f}',
    ]
