"""Approvals that must not count: who signed, when, for what, and in which history."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ffinfra.gate.approvals import ApprovalStore, Outcome, StoredApproval
from ffinfra.gate.findings import Severity
from ffinfra.gate.joint import joint_text, stored_form
from ffinfra.gate.record import ApprovalRecord, Override, RecordedFinding, parse_record
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, Authority, signers_digest
from ffinfra.gate.state import StackState
from ffinfra.gate.usable import Situation, usable_approval
from ffinfra.gate.verification import Verified, verify_approval
from ffinfra.problems import InvalidInputError, OperationalError
from tests.gate.signing_people import (
    ADDRESS,
    BINDINGS,
    CREATE,
    DELETION,
    KEY,
    NOW,
    UPDATE,
    URN,
    People,
    record_of,
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def admins(people: People) -> str:
    return people.signers("alex", "kim")


def judged(stored: StoredApproval, signers: str, **settings: Any) -> str:
    """Who signed, or why it counts for nothing."""
    given = {"stack": "prod", "authority": Authority(signers), "last_approval": None, "now": NOW, **settings}
    answer = verify_approval(stored, **{"left": (), **given})
    return answer.reason if isinstance(answer, Refusal) else f"signed by {', '.join(answer.signers)}"


NOBODY = "0 of 1 signatures hold; the key is not among the allowed signers, or not at this time"


def test_one_admin_is_enough_for_an_update(people: People, admins: str) -> None:
    assert judged(people.signed(record_of(admins), "kim"), admins) == "signed by kim"


@pytest.mark.parametrize(
    ("signers", "reason"),
    [((), "0 of 1 signatures hold"), (("mallory",), NOBODY)],
    ids=["unsigned", "signed by a stranger"],
)
def test_nobody_who_counts(people: People, admins: str, signers: tuple[str, ...], reason: str) -> None:
    assert judged(people.signed(record_of(admins), *signers), admins) == reason


@pytest.mark.parametrize(
    "options",
    [',valid-before="20261123"', ',valid-after="20261125"'],
    ids=["an expired key", "a key that is not yet valid"],
)
def test_keys_out_of_their_time(people: People, options: str) -> None:
    signers = people.signers("alex", options=options)
    assert judged(people.signed(record_of(signers), "alex"), signers) == NOBODY


def test_a_key_that_was_taken_off_the_list(people: People, admins: str) -> None:
    stored = people.signed(record_of(admins), "alex")
    assert judged(stored, people.signers("kim")) == NOBODY


def test_a_signature_for_something_else(people: People, admins: str) -> None:
    """A signature of another record by the same person, and one in the namespace of git."""
    record, other = record_of(admins), record_of(admins, CREATE)
    stored = StoredApproval(record, (sign(other.text, people.key("alex")),), None)
    assert judged(stored, admins).startswith("0 of 1 signatures hold; the signature of alex does not fit")
    git = admins.replace("ffinfra-approval", "git")
    assert "key is not permitted for use in signature namespace" in judged(people.signed(record, "alex"), git)


def test_the_change_does_not_choose_who_judges_it(people: People, admins: str) -> None:
    """.allowed_signers of the change name mallory; those in force do not."""
    record = record_of(people.signers("mallory"))
    assert judged(people.signed(record, "mallory"), admins) == NOBODY


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"stack": "failover"}, "it is for stack failover, not prod"),
        ({"expires": NOW}, "it expired at 2026-11-24 03:00 UTC"),
        ({"expires": NOW + timedelta(hours=13)}, "it would be valid for longer than 12 hours"),
        (
            {"created": NOW + timedelta(hours=1), "expires": NOW + timedelta(hours=13)},
            "it was made in the future, at 2026-11-24 04:00 UTC",
        ),
        (
            {"predecessor": "a" * 64},
            "another approval was applied since, or this one follows another history",
        ),
    ],
    ids=["another stack", "expired", "too long", "made in the future", "another history"],
)
def test_what_it_was_made_for(people: People, admins: str, settings: Any, reason: str) -> None:
    assert judged(people.signed(record_of(admins, **settings), "alex"), admins) == reason


def noted(stored: StoredApproval, *, complete: bool) -> StoredApproval:
    outcome = Outcome(
        approval=stored.record.identifier, started=NOW, ended=NOW, complete=complete, performed=()
    )
    return replace(stored, outcome=outcome)


def test_replayed_after_use_and_after_a_round_trip(people: People, admins: str) -> None:
    """A note beside the record says what it likes: it can close an approval and never opens one."""
    stored = people.signed(record_of(admins), "alex")
    identifier = stored.record.identifier
    for one in (stored, noted(stored, complete=True), noted(stored, complete=False)):
        assert judged(one, admins, last_approval=identifier) == "it was used already"
    begun = {"last_approval": identifier, "left": (UPDATE,)}
    assert judged(noted(stored, complete=True), admins, **begun) == "it was used already"
    assert judged(stored, admins, **begun) == "signed by alex"
    back = record_of(admins, predecessor=identifier).identifier
    assert judged(stored, admins, last_approval=back).startswith("another approval was applied since")


def test_a_change_of_signers_is_a_change_of_its_own(people: People, admins: str) -> None:
    with_robin = people.signers("alex", "kim", "robin")
    mixed = people.signed(record_of(with_robin), "alex")
    assert judged(mixed, admins) == "it changes who may approve together with resources"
    alone = record_of(with_robin).model_copy(update={"steps": ()})
    assert judged(people.signed(alone, "alex"), admins) == "signed by alex"
    assert judged(people.signed(alone, "robin"), admins) == NOBODY


@pytest.mark.parametrize("author", ["alex", "Alex@elsewhere.example"])
def test_an_author_is_not_one_of_the_two(people: People, author: str) -> None:
    """The name, or what stands before the @ of git's address; of one who is asked alone it does not matter."""
    signers = people.signers("alex", "kim", "robin")
    record = record_of(signers, DELETION, authors=("chris@x.example", author))
    both = people.signed(record, "alex", "kim")
    assert judged(both, signers) == "1 of 2 signatures hold; alex wrote the change"
    assert judged(people.signed(record, "alex", "kim", "robin"), signers) == "signed by alex, kim, robin"
    assert judged(people.signed(record_of(signers, authors=(author,)), "alex"), signers) == "signed by alex"


def test_keys_at_two_addresses_make_one_person(people: People) -> None:
    signers = people.signers("kim@town.example", "Kim@home.example", "alex")
    record = record_of(signers, DELETION)
    twice = people.signed(record, "kim@town.example", "Kim@home.example")
    assert judged(twice, signers) == ("1 of 2 signatures hold; Kim@home.example is one person with another")
    both = people.signed(record, "kim@town.example", "Kim@home.example", "alex")
    assert judged(both, signers) == "signed by Kim@home.example, alex, kim@town.example"


def joint(people: People, name: str, *records: ApprovalRecord) -> str:
    text = joint_text(records)
    return stored_form(text, sign(text, people.key(name)))


def test_one_signature_for_several_stacks(people: People, admins: str) -> None:
    record, other = record_of(admins), record_of(admins, stack="failover")
    signature = joint(people, "alex", record, other)
    assert judged(StoredApproval(record, (signature,), None), admins) == "signed by alex"
    assert judged(StoredApproval(other, (signature,), None), admins, stack="failover") == "signed by alex"
    third = record_of(admins, CREATE)
    for forged in (signature, f"{joint_text([third])}{signature[signature.index('-----BEGIN') :]}"):
        assert judged(StoredApproval(third, (forged,), None), admins).startswith("0 of 1 signatures hold; ")


FOUND = RecordedFinding(rule="zone-share", severity=Severity.DESTRUCTIVE, reason="much")


@pytest.mark.parametrize(
    ("record", "signers", "answer"),
    [
        ({"steps": (DELETION,)}, ("alex",), "1 of 2 signatures hold"),
        ({"steps": (DELETION,)}, ("alex", "alex"), "1 of 2 signatures hold"),
        ({"steps": (DELETION,)}, ("alex", "kim"), "signed by alex, kim"),
        ({"findings": (FOUND,)}, ("alex",), "1 of 2 signatures hold"),
        ({"approvals_needed": 0}, (), "0 of 1 signatures hold"),
        ({"steps": (), "approvals_needed": 0}, (), "signed by "),
        ({"steps": (), "approvals_needed": 0, "signers": "those of mallory\n"}, (), "0 of 1 signatures hold"),
        ({"steps": (), "approvals_needed": 0, "free_additions": True}, (), "0 of 1 signatures hold"),
        (
            {"steps": (), "approvals_needed": 0, "override": Override(rules=("a",), reason="because of x")},
            (),
            "0 of 1 signatures hold",
        ),
    ],
)
def test_how_many_is_counted_and_not_claimed(
    people: People, admins: str, record: dict[str, Any], signers: tuple[str, ...], answer: str
) -> None:
    made = record_of(admins).model_copy(update=record)
    assert judged(people.signed(made, *signers), admins) == answer


@pytest.mark.parametrize(("step", "free", "answer"), [
    (CREATE, True, "signed by "),
    (CREATE, False, "0 of 1 signatures hold"),
    (UPDATE, True, "0 of 1 signatures hold"),
])  # fmt: skip
def test_pure_additions_are_free_only_if_that_was_in_force(
    people: People, admins: str, step: Any, free: bool, answer: str
) -> None:
    record = record_of(admins, step, free_additions=free, approvals_needed=0)
    assert judged(people.signed(record), admins, authority=Authority(admins, free)) == answer


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace('"update"', '"delete"'),
        lambda text: text.replace('"prod"', '"prod" '),
        lambda text: text + "\n",
        lambda text: json.dumps({**json.loads(text), "expires": "2036-01-01T00:00:00Z"}),
        lambda text: json.dumps({**json.loads(text), "quorum": 0}),
    ],
)
def test_an_edited_record_is_refused(people: People, admins: str, tmp_path: Path, edit: Any) -> None:
    store = ApprovalStore(tmp_path)
    stored = people.signed(record_of(admins), "alex")
    file = store.add(stored.record, stored.signatures[0])
    assert store.all() == (stored,)
    file.write_text(edit(file.read_text()))
    with pytest.raises(InvalidInputError, match=r"edited|does not hold|no approval record"):
        store.all()


def test_a_link_in_the_place_of_a_record_is_not_followed(people: People, admins: str, tmp_path: Path) -> None:
    store = ApprovalStore(tmp_path / "approvals")
    stored = people.signed(record_of(admins), "alex")
    file = store.add(stored.record, stored.signatures[0])
    aside = tmp_path / "aside.json"
    file.rename(aside)
    file.symlink_to(aside)
    with pytest.raises(OperationalError, match="cannot be read"):
        store.all()


def test_a_file_is_read_once(people: People, admins: str, tmp_path: Path) -> None:
    """What was read is what is judged: a swap after reading changes nothing."""
    store = ApprovalStore(tmp_path)
    stored = people.signed(record_of(admins), "alex")
    file = store.add(stored.record, stored.signatures[0])
    (read,) = store.all()
    file.write_text(record_of(admins, DELETION).text)
    assert judged(read, admins) == "signed by alex"
    assert read.record.steps == (UPDATE,)


def test_hostile_names_are_data(people: People, admins: str) -> None:
    name = 'a\x1b[2J"><script>alert(1)</script>\n| **x** `y` \u202e'
    record = record_of(admins, UPDATE.model_copy(update={"urn": f"{URN}{name}"}), authors=(name,))
    assert parse_record(record.text, "x") == record
    assert "\x1b" not in record.text
    assert judged(people.signed(record, "alex"), admins) == "signed by alex"


class Here:
    """A project's folder with one approval in it, and the situation in which it would be used."""

    def __init__(self, folder: Path, people: People, signers: str) -> None:
        (folder / ".allowed_signers").write_text(signers)
        self.record: ApprovalRecord = record_of(signers)
        state = StackState(BINDINGS.state, BINDINGS.resources, None, ())
        pin = {PIN_VARIABLE: signers_digest(signers), "HOME": str(folder)}
        self.situation = Situation(folder, "prod", BINDINGS, state, NOW, pin, KEY)
        self.situation.store.add(self.record, sign(self.record.text, people.key("alex")))

    def answer(self, situation: Situation) -> str:
        found = usable_approval(situation, None)
        return found.reason if isinstance(found, Refusal) else f"signed by {', '.join(found.signers)}"


@pytest.fixture
def here(tmp_path: Path, people: People, admins: str) -> Here:
    return Here(tmp_path, people, admins)


def test_a_fitting_situation(here: Here) -> None:
    assert here.answer(here.situation) == "signed by alex"


@pytest.mark.parametrize(
    ("present", "what"),
    [
        ({"program": "9" * 64}, "the program, the declarations or the gate's own files"),
        ({"configuration": "9" * 32}, "the configuration of the stack"),
        ({"state": "9" * 32}, "the state of the stack"),
        ({"versions": {"engine": "3.260.0"}}, "engine (3.259.0 approved, 3.260.0 here)"),
        ({"versions": {}}, "engine (3.259.0 approved, none here)"),
    ],
    ids=["another commit", "a config value", "another state", "another version", "a plugin that is gone"],
)
def test_what_moved_since(here: Here, present: dict[str, Any], what: str) -> None:
    moved = replace(here.situation, present=BINDINGS.model_copy(update=present))
    assert here.answer(moved) == f"approval {here.record.identifier[:12]}: changed since the approval: {what}"


def test_another_clone_without_the_approval(here: Here, tmp_path: Path) -> None:
    other = tmp_path / "clone"
    other.mkdir()
    assert here.answer(replace(here.situation, project=other)) == "there is no approval for stack prod"


def test_the_first_signers_are_pinned_outside_of_the_repository(here: Here, people: People) -> None:
    file = here.situation.project / ".allowed_signers"
    file.write_text(people.signers("mallory"))
    with pytest.raises(OperationalError, match="is not the set that was pinned here"):
        usable_approval(here.situation, None)
    bare = replace(here.situation, environment={"CI": "true", "HOME": str(here.situation.project)})
    with pytest.raises(OperationalError, match="no signer is pinned in CI"):
        usable_approval(bare, None)


def test_a_broken_off_run_is_resumed_only_where_nothing_else_moved(here: Here) -> None:
    record, later = here.record, replace(here.situation, now=NOW + timedelta(hours=1))
    state = replace(later.state, last_approval=record.identifier)
    assert isinstance(usable_approval(replace(later, state=state), record.identifier), Verified)
    foreign = replace(state, resources={**state.resources, ADDRESS: "5" * 32})
    answer = usable_approval(replace(later, state=foreign), record.identifier)
    assert isinstance(answer, Refusal)
    assert answer.reason == f"changed since the approval: resource {ADDRESS}"
