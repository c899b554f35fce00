"""Records that somebody planted in approvals/ are not signed in place of what was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from ffinfra.gate import joint_approving
from ffinfra.gate.cosigning import what_differs
from ffinfra.gate.findings import Severity
from ffinfra.gate.joint import joint_text, stored_form
from ffinfra.gate.joint_approving import approve_jointly, joint_change
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, Override, RecordedFinding
from ffinfra.gate.signatures import sign
from tests.gate.signing_people import BINDINGS, CREATE, NOW, People, record_of

AUTHOR = "robin@musterstadt.example"
SIGNERS = 'alex namespaces="ffinfra-approval" ssh-ed25519 AAAA\n'
FOUND = RecordedFinding(rule="shared-cpu", severity=Severity.BLOCK, reason="it is shared")
BROKEN = Override(rules=("shared-cpu",), reason="nothing else is left")
EARLIER = {"created": NOW - timedelta(hours=2), "expires": NOW + timedelta(hours=10), "commit": "a" * 40}


def differing(**planted: Any) -> tuple[str, ...]:
    record = record_of(SIGNERS, **EARLIER).model_copy(update=planted)
    return what_differs(record, record_of(SIGNERS), {AUTHOR}, NOW)


def test_the_same_change_made_earlier_by_somebody_else() -> None:
    assert differing() == ()
    assert differing(authors=("kim@musterstadt.example", AUTHOR)) == ()


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"signers": "mallory ssh-ed25519 BBBB\n"}, "other signers than shown"),
        ({"free_additions": True}, "other free additions than shown"),
        ({"override": BROKEN}, "other override than shown"),
        ({"findings": (FOUND,)}, "other findings than shown"),
        ({"steps": (CREATE,)}, "other steps than shown"),
        ({"predecessor": "b" * 64}, "other predecessor than shown"),
        ({"stack": "failover"}, "other stack than shown"),
        ({"approvals_needed": 0}, "other approvals needed than shown"),
        (
            {"bindings": BINDINGS.model_copy(update={"program": "9" * 64})},
            "other bindings than shown",
        ),
        ({"authors": ("kim",)}, f"it does not name {AUTHOR} as author"),
        ({"expires": NOW}, "it expired"),
        ({"expires": NOW + timedelta(days=3650)}, "it would be valid for longer than 12 hours"),
        (
            {"created": NOW + timedelta(hours=1), "expires": NOW + timedelta(hours=2)},
            "it was made in the future, at 2026-11-24 04:00 UTC",
        ),
    ],
)
def test_what_a_planted_record_may_not_say(planted: dict[str, Any], told: str) -> None:
    assert differing(**planted) == (told,)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("a catalogue of 2025-10-15, 406 days old", ()),
        ("a catalogue of 2025-10-16, 406 days old", ("other findings than shown",)),
        ("a catalogue of 2025-10-15, 406 hours old", ("other findings than shown",)),
    ],
)
def test_on_another_day_an_age_is_another(reason: str, told: tuple[str, ...]) -> None:
    """A switch that is signed ahead waits for weeks; its second signature may come on the next day."""
    found = FOUND.model_copy(update={"reason": "a catalogue of 2025-10-15, 405 days old"})
    record = record_of(SIGNERS, **EARLIER, findings=(found,))
    fresh = record_of(SIGNERS, findings=(found.model_copy(update={"reason": reason}),))
    assert what_differs(record, fresh, {AUTHOR}, NOW) == told


def test_nobody_named_as_author_is_no_answer() -> None:
    record = record_of(SIGNERS, authors=())
    assert what_differs(record, record_of(SIGNERS), (), NOW) == ("it does not name anybody as author",)


@dataclass(frozen=True)
class Shown:
    """A gate outside of git, and what a preview would have made of it."""

    gate: Gate
    fresh: ApprovalRecord

    def signed(self, monkeypatch: pytest.MonkeyPatch) -> tuple[ApprovalRecord, ...]:
        """The records that approve --all would sign."""
        monkeypatch.setattr(joint_approving, "prepare", lambda *_, **__: self.fresh)
        change = joint_change([(self.gate, cast("GatePreview", None))], NOW)
        return tuple(record for _, record in change.records)


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    people = People(tmp_path)
    return Shown(
        people.gate("prod", "alex", "kim"),
        record_of(people.signers("alex", "kim"), approvals_needed=2, expires=NOW + timedelta(hours=11)),
    )


def test_all_goes_on_with_what_waits_and_passes_over_what_was_planted(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted one is the newest, and differs in nothing but who may approve from then on."""
    waiting = shown.fresh.model_copy(
        update={"created": NOW - timedelta(hours=1), "expires": NOW + timedelta(hours=1)}
    )
    mallory = People(tmp_path).signers("mallory")
    planted = shown.fresh.model_copy(update={"created": NOW - timedelta(minutes=1), "signers": mallory})
    shown.gate.store.add(planted, None)
    assert shown.signed(monkeypatch) == (shown.fresh,)
    shown.gate.store.add(waiting, None)
    assert shown.signed(monkeypatch) == (waiting,)


def test_who_signed_twice_is_one_person(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an own signature and by a joint one: the record still waits, until somebody else signs it."""
    people, waiting = People(tmp_path), shown.fresh.model_copy(update={"created": NOW - timedelta(hours=1)})
    text = joint_text([waiting])
    shown.gate.store.add(waiting, sign(waiting.text, people.key("alex")))
    shown.gate.store.add(waiting, stored_form(text, sign(text, people.key("alex"))))
    assert shown.signed(monkeypatch) == (waiting,)
    shown.gate.store.add(waiting, sign(waiting.text, people.key("kim")))
    assert shown.signed(monkeypatch) == (shown.fresh,)


def test_all_leaves_a_planted_hand_over_and_an_own_one_alone(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mallory = People(tmp_path).signers("mallory")
    own = shown.fresh.model_copy(update={"steps": (), "free_additions": True})
    shown.gate.store.add(own.model_copy(update={"signers": mallory}), None)
    monkeypatch.setattr(joint_approving, "prepare", lambda *_, **__: own)
    change = joint_change([(shown.gate, cast("GatePreview", None))], NOW)
    assert (change.records, change.alone) == ((), (shown.gate,))
    assert approve_jointly(change, lambda: pytest.fail("a key was asked for")) == ()


def test_no_change_at_all_is_passed_over(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = shown.fresh.model_copy(update={"steps": (), "override": BROKEN})
    monkeypatch.setattr(joint_approving, "prepare", lambda *_, **__: nothing)
    change = joint_change([(shown.gate, cast("GatePreview", None))], NOW)
    assert (change.records, change.alone) == ((), ())
