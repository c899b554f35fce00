"""The log: what became of each approval, and what a broken chain looks like."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ffinfra.gate.approvals import Outcome, PerformedStep, StoredApproval
from ffinfra.gate.chain import Chain, Standing, verified_chain
from ffinfra.gate.operations import Operation
from ffinfra.gate.signers import signers_digest
from tests.gate.signing_people import ADDRESS, CREATE, NOW, UPDATE, URN, People, record_of


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


def applied(stored: StoredApproval, *urns: str, complete: bool = True) -> StoredApproval:
    done = tuple(PerformedStep(operation=Operation.UPDATE, urn=urn) for urn in urns or (URN,))
    identifier = stored.record.identifier
    return replace(
        stored,
        outcome=Outcome(approval=identifier, started=NOW, ended=NOW, complete=complete, performed=done),
    )


@pytest.fixture(scope="module")
def history(people: People) -> list[StoredApproval]:
    """Alex lets Kim in, Kim changes something, and one more waits."""
    alex, both = people.signers("alex"), people.signers("alex", "kim")
    first = people.signed(record_of(both, CREATE), "alex")
    second = people.signed(
        record_of(both, predecessor=first.record.identifier, created=NOW + timedelta(hours=1)), "kim"
    )
    third = people.signed(
        record_of(alex, predecessor=second.record.identifier, created=NOW + timedelta(hours=2)), "kim"
    )
    return [applied(first), applied(second), third]


def told(chain: Chain) -> list[tuple[Standing, tuple[str, ...], tuple[str, ...]]]:
    return [(entry.standing, entry.signers, entry.faults) for entry in chain.entries]


def test_a_chain_that_holds(history: list[StoredApproval]) -> None:
    last = history[1].record.identifier
    chain = verified_chain(list(reversed(history)), last, signers_digest(history[0].record.signers))
    assert chain.holds
    assert told(chain) == [
        (Standing.APPLIED, ("alex",), ()),
        (Standing.APPLIED, ("kim",), ()),
        (Standing.WAITING, ("kim",), ()),
    ]


def test_an_empty_log_holds() -> None:
    assert verified_chain([], None, None) == Chain((), ())


def test_a_record_that_was_left_out(history: list[StoredApproval]) -> None:
    chain = verified_chain(history[1:], history[1].record.identifier, None)
    first = history[0].record.identifier[:12]
    assert chain.faults == (f"approval {first} is missing, which its successor names",)
    assert chain.entries[0].faults == ("who could sign it then is not known: its predecessor is missing",)


def test_the_newest_was_left_out(history: list[StoredApproval]) -> None:
    newest = history[1].record.identifier
    chain = verified_chain([history[0]], newest, None)
    assert chain.faults == (f"approval {newest[:12]} is missing, which the state names",)
    assert not chain.holds


def test_one_that_was_slipped_in(history: list[StoredApproval], people: People) -> None:
    slipped = applied(people.signed(record_of(people.signers("mallory")), "mallory"))
    chain = verified_chain([*history, slipped], history[1].record.identifier, None)
    (entry,) = [one for one in chain.entries if one.stored is slipped]
    assert entry.faults == ("is said to have been applied, but the state's chain does not hold it",)


def test_an_applied_one_whose_signature_was_taken_away(history: list[StoredApproval]) -> None:
    bare = replace(history[1], signatures=())
    chain = verified_chain([history[0], bare], history[1].record.identifier, None)
    assert told(chain)[1] == (Standing.APPLIED, (), ("was applied, but 0 of 1 signatures hold",))


def test_first_signers_that_are_not_the_pinned_ones(history: list[StoredApproval]) -> None:
    chain = verified_chain(history, history[1].record.identifier, "0" * 64)
    assert chain.entries[0].faults == ("the first signers are not those that were pinned here",)


def test_more_than_approved_and_broken_off(history: list[StoredApproval]) -> None:
    odd = [applied(history[0], URN, ADDRESS), applied(history[1], complete=False)]
    assert told(verified_chain(odd, history[1].record.identifier, None)) == [
        (Standing.APPLIED, ("alex",), (f"more was performed than approved: {ADDRESS}",)),
        (Standing.BROKEN_OFF, ("kim",), ()),
    ]


def test_applied_elsewhere_and_overtaken(history: list[StoredApproval], people: People) -> None:
    bare = replace(history[1], outcome=None)
    late = people.signed(record_of(history[0].record.signers, UPDATE), "alex")
    chain = verified_chain([history[0], bare, late], history[1].record.identifier, None)
    assert sorted(entry.standing for entry in chain.entries) == sorted(
        [Standing.APPLIED, Standing.ELSEWHERE, Standing.OVERTAKEN]
    )
