"""An override is shown until a signer who was in force has signed that it was looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ffinfra.gate.acknowledging import acknowledgement
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.chain import verified_chain
from ffinfra.gate.overrides import open_overrides
from ffinfra.gate.record import Override
from tests.gate.signing_people import NOW, People, record_of

BROKEN = Override(rules=("own-never",), reason="all is down tonight")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def history(people: People) -> tuple[StoredApproval, StoredApproval]:
    """Alex breaks a rule; then Kim changes something else. No outcome is here: another clone applied them."""
    both = people.signers("alex", "kim")
    first = people.signed(record_of(both, override=BROKEN), "alex")
    later = {"predecessor": first.record.identifier, "created": NOW + timedelta(minutes=1)}
    return first, people.signed(record_of(both, **later), "kim")


def shown(stored: tuple[StoredApproval, ...], last: str | None) -> list[str]:
    return [f"{', '.join(one.rules)}: {one.reason}" for one in open_overrides(stored, last)]


def noted(one: StoredApproval, text: str | None) -> StoredApproval:
    return replace(one, acknowledgement=text)


OPEN = ["own-never: all is down tonight"]


def test_used_is_what_the_state_names(history: tuple[StoredApproval, StoredApproval]) -> None:
    first, second = history
    assert shown(history, second.record.identifier) == OPEN
    assert shown(history, first.record.identifier) == OPEN
    assert shown(history, None) == []


def test_a_record_that_is_missing_is_told(history: tuple[StoredApproval, StoredApproval]) -> None:
    (_, second) = history
    lost = "an unknown rule: its record is missing from approvals/, so nobody can tell what it overrode"
    assert shown((second,), second.record.identifier) == [lost]


@pytest.mark.parametrize(
    ("signer", "under", "edit", "reason"),
    [
        ("kim", 1, "", ""),
        ("alex", 0, "", ""),
        ("mallory", 1, "", "the key is not among the allowed signers, or not at this time"),
        ("kim", None, "", "it names no approval that was applied since"),
        ("kim", 1, "at", "the signature of kim does not fit"),
        (None, 1, "", "it is no acknowledgement that was signed"),
    ],
    ids=["kim", "the signer of then", "a stranger", "under another history", "edited", "an empty file"],
)
def test_an_acknowledgement(
    people: People,
    history: tuple[StoredApproval, StoredApproval],
    signer: str | None,
    under: int | None,
    edit: str,
    reason: str,
) -> None:
    first, second = history
    last = second.record.identifier
    text = ""
    if signer is not None:
        named = "ab" * 32 if under is None else history[under].record.identifier
        note = acknowledgement(first.record, named, NOW, people.key(signer))
        text = (note.model_copy(update={"at": NOW + timedelta(hours=1)}) if edit else note).model_dump_json()
    seen = (noted(first, text), second)
    assert shown(seen, last) == ([] if not reason else OPEN)
    entry = verified_chain(seen, last, None).entries[0]
    assert entry.acknowledged is not bool(reason)
    assert [fault.split(": ")[1] for fault in entry.faults] == ([reason] if reason else [])


def test_one_for_another_override(people: People, history: tuple[StoredApproval, StoredApproval]) -> None:
    first, second = history
    note = acknowledgement(second.record, second.record.identifier, NOW, people.key("kim"))
    assert shown((noted(first, note.model_dump_json()), second), second.record.identifier) == OPEN
