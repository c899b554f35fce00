"""The steps of an approval in the log: by name, in lines and in JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ffinfra.gate.approvals import Outcome, PerformedStep, StoredApproval
from ffinfra.gate.chain import LogEntry, Standing
from ffinfra.gate.operations import Operation
from ffinfra.report.log_schemas import LogEntryForm
from ffinfra.report.log_steps import step_lines
from tests.gate.signing_people import ADDRESS, DELETION, NOW, UPDATE, URN, record_of

STORED = StoredApproval(record_of("alex x\n", UPDATE, DELETION), (), None)
UPDATED = PerformedStep(operation=Operation.UPDATE, urn=URN)
DELETED = PerformedStep(operation=Operation.DELETE, urn=ADDRESS)
HOST = "update sn1 (freifunk:index:HostConfig)"
IP = "delete sn5-ipv4 (hcloud:index/primaryIp:PrimaryIp)"


def ended(*done: PerformedStep, left: tuple[PerformedStep, ...] = (), watched: bool = True) -> StoredApproval:
    outcome = Outcome(
        approval=STORED.record.identifier, started=NOW, ended=NOW, complete=not left, watched=watched,
        performed=done, not_performed=left,
    )  # fmt: skip
    return replace(STORED, outcome=outcome)


@pytest.mark.parametrize(
    ("stored", "lines"),
    [
        (STORED, (f"approved: {HOST}", f"approved: {IP}")),
        (ended(watched=False), (f"approved: {HOST}", f"approved: {IP}")),
        (ended(UPDATED, DELETED), (f"performed: {HOST}", f"performed: {IP}")),
        (ended(UPDATED, left=(DELETED,)), (f"performed: {HOST}", f"not performed: {IP}")),
    ],
    ids=["waiting", "unwatched", "applied", "broken off"],
)
def test_each_step_is_named(stored: StoredApproval, lines: tuple[str, ...]) -> None:
    assert step_lines(stored) == lines


def test_a_name_draws_nothing_on_the_terminal() -> None:
    odd = PerformedStep(operation=Operation.UPDATE, urn=f"{URN}\x1b[2J")
    assert step_lines(ended(odd)) == ("performed: update sn1\\x1b[2J (freifunk:index:HostConfig)",)


def test_the_form_names_them_too() -> None:
    entry = LogEntry(ended(UPDATED, left=(DELETED,)), Standing.BROKEN_OFF, ("alex",), ())
    form = LogEntryForm.of(entry).model_dump(mode="json")
    updated = {"operation": "update", "urn": URN, "type": "freifunk:index:HostConfig", "name": "sn1"}
    deleted = {
        "operation": "delete",
        "urn": ADDRESS,
        "type": "hcloud:index/primaryIp:PrimaryIp",
        "name": "sn5-ipv4",
    }
    assert (form["steps"], form["performed"]) == (2, 1)
    assert form["approved_steps"] == [updated, deleted]
    assert form["performed_steps"] == [updated]
    assert form["not_performed_steps"] == [deleted]
