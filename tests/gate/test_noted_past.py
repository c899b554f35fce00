"""What a preview without a state knows of overrides and earlier declarations: what approvals/ tells."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ffinfra.commands.gate import placeholder_preview
from ffinfra.gate.approvals import ApprovalStore, Outcome, PerformedStep
from ffinfra.gate.context import GateContext
from ffinfra.gate.earlier import Earlier, NothingYet, NotKnown
from ffinfra.gate.findings import Verdict
from ffinfra.gate.noted_past import with_noted_past
from ffinfra.gate.outline import outline_file
from ffinfra.gate.previewing import Gate
from ffinfra.gate.record import ApprovalRecord, Override
from ffinfra.gate.rules import evaluate
from ffinfra.gate.signatures import sign
from ffinfra.stack import read_declarations
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import ROOT, context, findings, sample
from tests.gate.signing_people import NOW, UPDATE, People, record_of
from tests.gate.test_reverting import Repository

BROKEN = Override(rules=("survives",), reason="sn5 was all that was left")
SHOWN = "note: on 2026-11-24 03:00 UTC survives was overridden: sn5 was all that was left"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


class Checkout(Repository):
    """The sample network in git, with approvals that alex signed."""

    def __init__(self, folder: Path, people: People) -> None:
        super().__init__(folder)
        self.people, self.last = people, dict[str, str | None]()
        shutil.copy(ROOT / "Pulumi.prod.yaml", folder)
        shutil.copytree(ROOT / "dns", folder / "dns")

    def used(
        self,
        stack: str = "prod",
        signer: str = "alex",
        *,
        complete: bool = True,
        **settings: object,
    ) -> ApprovalRecord:
        """Approve, apply and commit."""
        given = {"stack": stack, "predecessor": self.last.get(stack), **settings}
        record = record_of(self.people.signers("alex"), **given)
        store = ApprovalStore(self.folder / "approvals" / stack)
        store.add(record, sign(record.text, self.people.key(signer)))
        performed = (PerformedStep(operation=UPDATE.operation, urn=UPDATE.urn),)
        outcome = Outcome(
            approval=record.identifier, started=NOW, ended=NOW, complete=complete, performed=performed
        )
        store.set_outcome(record, outcome)
        self.commit()
        self.last[stack] = record.identifier
        return record

    def rename(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text()
        assert old in text
        (self.folder / path).write_text(text.replace(old, new))

    def past(self) -> GateContext:
        """An empty preview of what is declared now, as the copy judges it, with the past of the checkout."""
        nothing = {kind: NothingYet() for kind in StackKind}
        bare = context(declarations=read_declarations(self.folder), earlier=nothing)
        return with_noted_past(bare, self.folder, "prod", {"HOME": str(self.folder)})


@pytest.fixture
def checkout(tmp_path: Path, people: People) -> Checkout:
    return Checkout(tmp_path, people)


def test_before_any_approval_there_is_nothing(checkout: Checkout) -> None:
    past = checkout.past()
    assert (past.overrides, past.earlier_of(StackKind.PROD)) == ((), NothingYet())


def test_an_override_shows_until_it_is_looked_at(checkout: Checkout) -> None:
    checkout.used(override=BROKEN)
    assert findings("glass-broken", checkout.past()) == [SHOWN]
    checkout.used(created=NOW + timedelta(hours=1))
    assert findings("glass-broken", checkout.past()) == [SHOWN]


def test_an_override_of_a_broken_off_apply_shows(checkout: Checkout) -> None:
    checkout.used(override=BROKEN, complete=False)
    assert findings("glass-broken", checkout.past()) == [SHOWN]


def test_both_sides_over_both_stacks(checkout: Checkout) -> None:
    checkout.used("failover")
    checkout.used("prod")
    assert checkout.past().earlier_of(StackKind.PROD) == Earlier(sample().network, sample().delegations)
    checkout.rename("dns/delegations.yaml", "hydrogen.ns", "neon.ns")
    assert findings("both-sides", checkout.past()) == []
    checkout.rename("Pulumi.prod.yaml", "name: ns1", "name: ns9")
    (said,) = findings("both-sides", checkout.past())
    assert said.startswith("block: the declarations change both sides at once, over both stacks: ")


def test_what_cannot_be_believed_is_not_known(checkout: Checkout) -> None:
    checkout.used(override=BROKEN)
    checkout.used(signer="mallory", created=NOW + timedelta(hours=1))
    past = checkout.past()
    earlier = past.earlier_of(StackKind.PROD)
    assert isinstance(earlier, NotKnown)
    assert earlier.reason.startswith("the approvals that were applied do not hold: ")
    assert findings("glass-broken", past) == [SHOWN]


def test_an_outline_without_approvals_is_not_nothing(checkout: Checkout) -> None:
    outline = outline_file(checkout.folder, "prod")
    outline.parent.mkdir(parents=True)
    outline.write_text("{}")
    assert checkout.past().earlier_of(StackKind.PROD) == NotKnown(
        "an outline of prod is there, and no approval that was applied"
    )


@dataclass(frozen=True)
class Played:
    """What ``placeholder_preview`` needs of a preview."""

    context: GateContext
    verdict: Verdict


def test_the_preview_with_placeholders_looks_back(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The preview in the copy is played; that it is judged anew is what counts."""
    checkout.used(override=BROKEN)
    bare = context()

    class Copy:
        stack = "prod"

        def preview(self, **_: object) -> Played:
            return Played(bare, evaluate(bare))

    @contextmanager
    def played(folder: Path, stack: str) -> Iterator[Copy]:
        assert (folder, stack) == (checkout.folder, "prod")
        yield Copy()

    monkeypatch.setattr("ffinfra.lab.placeholders.placeholder_gate", played)
    preview = placeholder_preview(Gate(checkout.folder, "prod", {"HOME": str(checkout.folder)}))
    assert [one.rule for one in preview.verdict.findings if one.rule == "glass-broken"] == ["glass-broken"]
