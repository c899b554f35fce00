"""The reverse of an applied change, from a real git repository."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from ffinfra.gate.approvals import ApprovalStore, Outcome
from ffinfra.gate.program import program_digest
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.reverting import revert
from ffinfra.problems import InvalidInputError, OperationalError
from tests.gate.signing_people import BINDINGS, NOW, record_of


class Repository:
    """A checkout whose changes were each approved and applied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ApprovalStore(folder / "approvals" / "prod")
        self.records: list[ApprovalRecord] = []
        self._git("init", "-q", "-b", "main")

    def write(self, **files: str) -> None:
        for name, text in files.items():
            file = self.folder / "dns" / f"{name}.zone"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)

    def applied(self, *, complete: bool = True, digest: str = "") -> ApprovalRecord:
        """Approve, apply and commit what the checkout holds."""
        bindings = BINDINGS.model_copy(update={"program": digest or program_digest(self.folder)})
        record = record_of(
            "alex x\n",
            predecessor=self.records[-1].identifier if self.records else None,
            created=NOW + timedelta(hours=len(self.records)),
            bindings=bindings,
        )
        self.store.add(record, None)
        if complete:
            at = record.created
            self.store.set_outcome(
                record, Outcome(approval=record.identifier, started=at, ended=at, complete=True, performed=())
            )
        self.commit()
        self.records.append(record)
        return record

    def commit(self) -> None:
        self._git("add", "-A")
        self._git("-c", "user.name=a", "-c", "user.email=a@example", "commit", "-q", "-m", "x")

    def files(self) -> dict[str, str]:
        return {file.stem: file.read_text() for file in sorted((self.folder / "dns").glob("*"))}

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write(a="one\n", b="one\n")
    made.applied()
    return made


def test_the_last_change_is_taken_back(repository: Repository) -> None:
    repository.write(a="two\n", c="new\n")
    record = repository.applied()
    done = revert(repository.folder, repository.store, record.identifier[:12])
    assert done.files == ("dns/a.zone", "dns/c.zone")
    assert repository.files() == {"a": "one\n", "b": "one\n"}
    assert program_digest(repository.folder) == repository.records[0].bindings.program


def test_an_earlier_one_leaves_later_ones(repository: Repository) -> None:
    repository.write(a="two\n")
    record = repository.applied()
    repository.write(b="two\n")
    repository.applied()
    revert(repository.folder, repository.store, record.identifier)
    assert repository.files() == {"a": "one\n", "b": "two\n"}


def test_a_later_change_of_the_same_line_is_in_the_way(repository: Repository) -> None:
    repository.write(a="two\n")
    record = repository.applied()
    repository.write(a="three\n")
    repository.applied()
    with pytest.raises(OperationalError, match="later changes are in the way"):
        revert(repository.folder, repository.store, record.identifier)
    assert repository.files() == {"a": "three\n", "b": "one\n"}


def test_changes_of_ones_own_are_not_overwritten(repository: Repository) -> None:
    repository.write(a="two\n")
    record = repository.applied()
    repository.write(b="mine\n")
    with pytest.raises(OperationalError, match="has changes of its own"):
        revert(repository.folder, repository.store, record.identifier)
    assert repository.files() == {"a": "two\n", "b": "mine\n"}


def test_what_cannot_be_taken_back(repository: Repository) -> None:
    first = repository.records[0]
    with pytest.raises(InvalidInputError, match="is the first: nothing was before it"):
        revert(repository.folder, repository.store, first.identifier)
    repository.write(a="two\n")
    waiting = repository.applied(complete=False)
    with pytest.raises(InvalidInputError, match="was not applied from here"):
        revert(repository.folder, repository.store, waiting.identifier)


def test_a_commit_that_holds_another_program(repository: Repository) -> None:
    repository.write(a="two\n")
    record = repository.applied(digest="9" * 64)
    with pytest.raises(InvalidInputError, match="approved another program than its commit"):
        revert(repository.folder, repository.store, record.identifier)
    assert repository.files() == {"a": "two\n", "b": "one\n"}
