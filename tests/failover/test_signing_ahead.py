"""Signatures for a switch whose stages others signed already: each record must be what was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ffinfra.commands.ahead import sign_records, waiting_ahead
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.failover.signing_ahead import following, waiting_switch
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.previewing import Gate
from ffinfra.gate.record import ApprovalRecord, BoundSwitch
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signers import authority_of
from ffinfra.gate.verification import quorum
from ffinfra.problems import InvalidInputError
from tests.gate.signing_people import CREATE, NOW, UPDATE, People, record_of

OUT = BoundSwitch(
    from_mode=Mode.PRIMARY, from_trust=Trust.PUBLISHED, to_mode=Mode.PRIMARY, to_trust=Trust.WITHDRAWN
)
THERE = BoundSwitch(
    from_mode=Mode.PRIMARY,
    from_trust=Trust.WITHDRAWN,
    to_mode=Mode.FALLBACK,
    to_trust=Trust.WITHDRAWN,
    wait=300,
)


@dataclass(frozen=True)
class Team:
    """Two people who must both sign, and the gate of their project, outside of git."""

    people: People
    gate: Gate

    def records(self, hours_ago: int = 0, **later: Any) -> tuple[ApprovalRecord, ApprovalRecord]:
        """What somebody makes who is shown the switch."""
        created = NOW - timedelta(hours=hours_ago)
        common = {"stack": "failover", "created": created, "expires": created + timedelta(days=30),
                  "approvals_needed": 2, "authors": ("robin",)}  # fmt: skip
        signers = self.people.signers("alex", "kim")
        first = record_of(signers, UPDATE, switch=OUT, **common)
        return first, following(record_of(signers, CREATE, **{**common, "switch": THERE, **later}), first)

    def sign(self, name: str, *records: ApprovalRecord) -> tuple[StoredApproval, ...]:
        """As the command does."""
        return sign_records(self.gate, records, lambda: self.people.key(name))


@pytest.fixture
def team(tmp_path: Path) -> Team:
    people = People(tmp_path)
    return Team(people, people.gate("failover", "alex", "kim"))


def test_a_second_person_adds_one_signature_to_all_stages(team: Team) -> None:
    first, second = team.records(hours_ago=3)
    team.sign("alex", first, second)
    waiting = waiting_ahead(team.gate, first.identifier, team.records(), NOW)
    assert waiting == (first, second)
    stored = team.sign("kim", *waiting)
    assert [len(one.signatures) for one in stored] == [2, 2]
    for one in stored:
        judged = quorum(one, authority_of(first), NOW)
        assert not isinstance(judged, Refusal)
        assert judged.signers == ("alex", "kim")


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ({"steps": (UPDATE,)}, "other steps than shown"),
        ({"authors": ("robin", "kim")}, "the stages name other authors"),
        ({"authors": ()}, "it does not name anybody as author; the stages name other authors"),
        ({"switch": THERE.model_copy(update={"wait": 1})}, "the stage after it is not there"),
    ],
)
def test_a_later_stage_that_was_planted_is_not_signed(team: Team, later: dict[str, Any], told: str) -> None:
    first, second = team.records(hours_ago=3, **later)
    team.sign("alex", first, second)
    with pytest.raises(InvalidInputError) as raised:
        waiting_ahead(team.gate, first.identifier, team.records(), NOW)
    assert told in str(raised.value)


def test_what_was_planted_beside_the_right_one_is_passed_over(team: Team) -> None:
    first, second = team.records(hours_ago=3)
    team.sign("alex", first, second)
    _, planted = team.records(hours_ago=3, steps=(UPDATE,), created=NOW - timedelta(hours=1))
    assert planted.predecessor == first.identifier
    team.gate.store.add(planted, None)
    assert waiting_ahead(team.gate, first.identifier, team.records(), NOW) == (first, second)


def test_the_first_stage_names_the_switch(team: Team) -> None:
    first, second = team.records(hours_ago=3)
    team.sign("alex", first, second)
    found = waiting_switch(team.gate, second.identifier, team.records(), NOW)
    assert "other switch than shown" in found.differing


def test_a_switch_in_one_stage_has_a_signature_of_its_own(team: Team) -> None:
    first, _ = team.records()
    (stored,) = team.sign("alex", first)
    assert stored.signatures[0].startswith("-----BEGIN SSH SIGNATURE-----")
