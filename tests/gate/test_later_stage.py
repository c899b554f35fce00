"""Two stages of a switch, approved together: they are used one after the other, and nothing else fits between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.gate.bindings import PresentSwitch
from ffinfra.gate.chain import Standing, verified_chain
from ffinfra.gate.joint import joint_text, stored_form
from ffinfra.gate.operations import Operation
from ffinfra.gate.permission import PlannedStep
from ffinfra.gate.record import ApprovalRecord, BoundSwitch, parse_record
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, signers_digest
from ffinfra.gate.state import PendingOperation, StackState, state_of
from ffinfra.gate.usable import Situation, usable_approval, usable_next, usable_switch
from tests.gate.signing_people import BINDINGS, KEY, NOW, People, record_of

DS, NS, ZONE = (f"urn:pulumi:failover::ffinfra::a:b:C::{name}" for name in ("ds", "ns", "zone"))
REST = {DS: "1" * 32, NS: "2" * 32, ZONE: "3" * 32}
OUT = {NS: "2" * 32, ZONE: "3" * 32}
THERE = {NS: "4" * 32, ZONE: "3" * 32}
OLD, NEW = {"values": ["ns1"]}, {"values": ["fb1"]}
BOUND = BINDINGS.model_copy(update={"resources": REST})
WAIT = 300
WITHDRAWN = Trust.WITHDRAWN


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


def bound(**settings: Any) -> BoundSwitch:
    known = {"from_mode": Mode.PRIMARY, "to_mode": Mode.PRIMARY, "to_trust": WITHDRAWN}
    return BoundSwitch.model_validate({**known, "from_trust": Trust.PUBLISHED, **settings})


class Night:
    """A stack at rest, with both stages signed by one signature."""

    def __init__(self, folder: Path, people: People) -> None:
        signers = people.signers("alex")
        (folder / ".allowed_signers").write_text(signers)
        common = {"stack": "failover", "bindings": BOUND, "expires": NOW + timedelta(days=30)}
        out = PlannedStep(Operation.DELETE, DS, None).bound(KEY)
        there = PlannedStep(Operation.UPDATE, NS, NEW).bound(KEY)
        self.first = record_of(signers, out, switch=bound(), **common)
        later = bound(from_trust=WITHDRAWN, to_mode=Mode.FALLBACK, wait=WAIT)
        self.second = record_of(signers, there, switch=later, predecessor=self.first.identifier, **common)
        pin = {PIN_VARIABLE: signers_digest(signers), "HOME": str(folder)}
        here = PresentSwitch(BOUND, Mode.PRIMARY, WITHDRAWN)
        state = StackState(BOUND.state, REST, None, (), {NS: OLD})
        self.before = Situation(folder, "failover", BOUND, state, NOW, pin, KEY, here)
        self.after = self.between()
        self.store(people, self.first, self.second)

    def store(self, people: People, *records: ApprovalRecord) -> None:
        """Sign records together."""
        text = joint_text(records)
        for record in records:
            self.before.store.add(record, stored_form(text, sign(text, people.key("alex"))))

    def between(self, **changes: Any) -> Situation:
        """The first stage is done, its wait is over, and the second one is set."""
        state = StackState(
            "9" * 32, OUT, self.first.identifier, (), {NS: OLD}, last_written=NOW - timedelta(seconds=WAIT)
        )
        here = PresentSwitch(BOUND, Mode.FALLBACK, WITHDRAWN)
        return replace(self.before, state=replace(state, **changes), switch=here)


@pytest.fixture
def night(tmp_path: Path, people: People) -> Night:
    return Night(tmp_path, people)


def told(situation: Situation, record: ApprovalRecord) -> str:
    """Who signed what may be used, or why it may not."""
    judged = usable_approval(situation, record.identifier)
    return judged.reason if isinstance(judged, Refusal) else ", ".join(judged.signers)


def test_one_after_the_other(night: Night) -> None:
    assert told(night.before, night.first) == "alex"
    assert told(night.after, night.second) == "alex"
    newest = usable_approval(night.after, None)
    assert not isinstance(newest, Refusal)
    assert newest.record == night.second


def test_not_the_second_alone(night: Night) -> None:
    here = PresentSwitch(BOUND, Mode.FALLBACK, WITHDRAWN)
    another = "another approval was applied since, or this one follows another history"
    assert told(replace(night.before, switch=here), night.second) == another


def test_not_the_first_again(night: Night) -> None:
    here = PresentSwitch(BOUND, Mode.PRIMARY, WITHDRAWN)
    assert told(replace(night.after, switch=here), night.first) == "it was used already"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"resources": REST}, f"changed since the approval: the stage before left undone: {DS}"),
        ({"resources": {**OUT, ZONE: "8" * 32}}, f"changed since the approval: resource {ZONE}"),
        ({"resources": {**OUT, f"{ZONE}x": "8" * 32}}, f"changed since the approval: resource {ZONE}x"),
        ({"resources": {NS: "2" * 32}}, f"changed since the approval: resource {ZONE}"),
        ({"resources": {**OUT, NS: "8" * 32}}, f"changed since the approval: resource {NS}"),
        (
            {"pending": (PendingOperation(ZONE, "updating", {}),)},
            "changed since the approval: operations whose end nobody saw",
        ),
        (
            {"last_written": NOW - timedelta(seconds=WAIT - 1)},
            "300 s must pass after the stage before, until 2026-11-24 03:00:01 UTC",
        ),
        ({"last_written": None}, "when the stage before was done is not known"),
    ],
)
def test_what_may_not_be_between(night: Night, state: dict[str, Any], reason: str) -> None:
    assert told(night.between(**state), night.second) == reason


@pytest.mark.parametrize(
    ("moved", "what"),
    [
        ({"program": "9" * 64}, "the program, the declarations or the gate's own files"),
        ({"configuration": "9" * 32}, "the configuration of the stack"),
    ],
)
def test_what_moves_ends_both(night: Night, moved: dict[str, Any], what: str) -> None:
    situation = replace(
        night.after, switch=PresentSwitch(BOUND.model_copy(update=moved), Mode.FALLBACK, WITHDRAWN)
    )
    assert told(situation, night.second) == f"changed since the approval: {what}"


def test_the_second_is_gone_on_with(night: Night) -> None:
    begun = {"last_approval": night.second.identifier, "last_written": NOW}
    assert told(night.between(**begun), night.second) == "alex"
    done = {**begun, "resources": THERE, "inputs": {NS: NEW}}
    assert told(night.between(**done), night.second) == "it was used already"
    foreign = {**begun, "resources": {**OUT, ZONE: "8" * 32}}
    assert told(night.between(**foreign), night.second) == f"changed since the approval: resource {ZONE}"
    undone = {**begun, "resources": {**REST}}
    assert told(night.between(**undone), night.second) == (
        f"changed since the approval: the stage before left undone: {DS}"
    )


def test_the_wait_counts_from_the_end_of_a_stage_that_was_gone_on_with() -> None:
    """Its use was noted when it was begun; what it deletes has no time in the state."""
    noted = {
        "urn": "urn:pulumi:failover::ffinfra::freifunk:index:GateRecord::gate",
        "outputs": {"approval": "5" * 64},
        "modified": "2026-11-24T01:00:00.123456789Z",
    }
    manifest = {"time": "2026-11-24T02:59:30.12345678Z", "magic": "", "version": "3.259.0"}
    export = {"version": 3, "deployment": {"manifest": manifest, "resources": [noted]}}
    state = state_of(json.dumps(export), KEY)
    assert state.last_approval == "5" * 64
    assert state.last_written == NOW - timedelta(seconds=29, microseconds=876544)
    assert state_of('{"version": 3, "deployment": null}', KEY).last_written is None


def test_stages_over_different_states_do_not_go_together(night: Night, people: People) -> None:
    moved = BOUND.model_copy(update={"state": "7" * 32})
    other = night.second.model_copy(update={"bindings": moved})
    night.store(people, other)
    assert (
        told(night.after, other) == "changed since the approval: the state that the stages were approved over"
    )


def test_the_status_looks_at_both(night: Night, people: People) -> None:
    """By day; and the wait counts for nothing."""
    first = usable_switch(night.before)
    assert not isinstance(first, Refusal)
    assert first.record == night.first
    second = usable_next(night.before, night.first, (Mode.FALLBACK, WITHDRAWN))
    assert not isinstance(second, Refusal)
    assert second.record == night.second
    lacking = usable_next(night.before, night.second, (Mode.FALLBACK, WITHDRAWN))
    assert isinstance(lacking, Refusal)
    assert lacking.reason == "the stage after it is not signed"
    waiting = usable_switch(night.between(last_written=NOW))
    assert not isinstance(waiting, Refusal)
    assert waiting.record == night.second

    unsigned = night.second.model_copy(update={"expires": NOW + timedelta(days=20)})
    night.before.store.add(unsigned, None)
    assert not isinstance(usable_next(night.before, night.first, (Mode.FALLBACK, WITHDRAWN)), Refusal)


def test_the_log_shows_both_as_waiting(night: Night) -> None:
    entries = verified_chain(night.before.store.all(), None, None).entries
    assert [one.standing for one in entries] == [Standing.WAITING, Standing.WAITING]
    entries = verified_chain(night.before.store.all(), night.second.identifier, None).entries
    assert [one.standing for one in entries] == [Standing.ELSEWHERE, Standing.ELSEWHERE]


def test_a_first_stage_is_written_as_before(night: Night) -> None:
    assert '"wait"' not in night.first.text
    assert '"wait":300' in night.second.text
    assert parse_record(night.second.text, "x") == night.second
