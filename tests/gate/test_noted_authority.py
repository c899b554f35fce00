"""Who is in force, as approvals/ tells it to whoever does not know the state."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ffinfra.gate.approvals import ApprovalStore, Outcome
from ffinfra.gate.handing_on import UnknownAuthority
from ffinfra.gate.noted_authority import noted_authority
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, Authority, signers_digest
from tests.gate.signing_people import NOW, People, record_of


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


class Checkout:
    """A folder with .allowed_signers of alex, pinned, and approvals."""

    def __init__(self, folder: Path, people: People) -> None:
        self.folder, self.people = folder, people
        self.alex = people.signers("alex")
        (folder / ".allowed_signers").write_text(self.alex)
        self.environment = {"HOME": str(folder), PIN_VARIABLE: signers_digest(self.alex)}
        self.store = ApprovalStore(folder / "approvals" / "prod")

    def applied(self, record: ApprovalRecord, signer: str, *, complete: bool = True) -> ApprovalRecord:
        self.store.add(record, sign(record.text, self.people.key(signer)))
        outcome = Outcome(approval=record.identifier, started=NOW, ended=NOW, complete=complete, performed=())
        self.store.set_outcome(record, outcome)
        return record

    def told(self) -> Authority | str:
        found = noted_authority(self.folder, self.store, self.environment)
        return found.reason if isinstance(found, UnknownAuthority) else found


@pytest.fixture
def checkout(tmp_path: Path, people: People) -> Checkout:
    return Checkout(tmp_path, people)


def after(record: ApprovalRecord, signers: str, **settings: object) -> ApprovalRecord:
    later = {"created": NOW + timedelta(hours=1), "predecessor": record.identifier}
    return record_of(signers, **{**later, **settings})


def test_before_the_first_approval_it_is_who_was_pinned(checkout: Checkout) -> None:
    assert checkout.told() == Authority(checkout.alex)
    (checkout.folder / ".allowed_signers").write_text(checkout.people.signers("mallory"))
    assert checkout.told() == ".allowed_signers is not the set that was pinned here"
    del checkout.environment[PIN_VARIABLE]
    assert checkout.told() == "approvals/prod holds no applied approval, and no signers are pinned here"


def test_it_is_who_the_last_applied_approval_let_in(checkout: Checkout) -> None:
    both = checkout.people.signers("alex", "kim")
    first = checkout.applied(record_of(checkout.alex), "alex")
    assert checkout.told() == Authority(checkout.alex)
    second = checkout.applied(after(first, both, free_additions=True), "alex")
    assert checkout.told() == Authority(both, free_additions=True)
    waiting = after(second, checkout.alex)
    checkout.store.add(waiting, sign(waiting.text, checkout.people.key("kim")))
    assert checkout.told() == Authority(both, free_additions=True)


def test_who_lets_themselves_in_is_not_in_force(checkout: Checkout) -> None:
    """A branch can bring records and notes; not a signature of those who were in force."""
    first = checkout.applied(record_of(checkout.alex), "alex")
    checkout.applied(after(first, checkout.people.signers("mallory")), "mallory")
    assert checkout.told() == (
        "the approvals that were applied do not hold: was applied, but 0 of 1 signatures hold; "
        "the key is not among the allowed signers, or not at this time"
    )


def test_a_history_of_its_own_is_not_believed(checkout: Checkout) -> None:
    mallory = checkout.people.signers("mallory")
    planted = checkout.applied(record_of(mallory, created=NOW + timedelta(hours=2)), "mallory")
    assert checkout.told() == (
        "the approvals that were applied do not hold: the first signers are not those that were pinned here"
    )
    checkout.applied(record_of(checkout.alex), "alex")
    assert checkout.told() == "approvals/prod tells of more than one history"
    checkout.store.file_of(planted).write_text("{}")
    assert str(checkout.told()).startswith("approvals/prod cannot be read: ")


def test_what_was_broken_off_lets_nobody_in(checkout: Checkout) -> None:
    both = checkout.people.signers("alex", "kim")
    first = checkout.applied(record_of(checkout.alex), "alex")
    checkout.applied(after(first, both), "alex", complete=False)
    assert checkout.told() == Authority(checkout.alex)
