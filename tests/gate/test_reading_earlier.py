"""What was declared when a stack was changed last, from a real git repository."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ffinfra.gate.approvals import ApprovalStore
from ffinfra.gate.earlier import Earlier, NothingYet, NotKnown
from ffinfra.gate.reading_earlier import earlier_declarations
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import ROOT, sample
from tests.gate.test_reverting import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The sample's declarations, not yet approved."""
    made = Repository(tmp_path)
    shutil.copy(ROOT / "Pulumi.prod.yaml", tmp_path)
    shutil.copytree(ROOT / "dns", tmp_path / "dns")
    return made


def _rename(repository: Repository, path: str, old: str, new: str) -> None:
    file = repository.folder / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_before_the_first_approval_there_is_nothing(repository: Repository) -> None:
    found = earlier_declarations(repository.folder, "prod", StackKind.PROD, None)
    assert found == {StackKind.PROD: NothingYet(), StackKind.FAILOVER: NothingYet()}


def test_each_stack_has_what_it_was_changed_to_last(repository: Repository) -> None:
    first = repository.applied()
    repository.store = ApprovalStore(repository.folder / "approvals" / "failover")
    _rename(repository, "dns/delegations.yaml", "hydrogen.ns", "neon.ns")
    second = repository.applied()
    _rename(repository, "Pulumi.prod.yaml", "nodes: 420", "nodes: 421")
    repository.commit()
    found = earlier_declarations(repository.folder, "prod", StackKind.PROD, first.identifier)
    other = earlier_declarations(repository.folder, "failover", StackKind.FAILOVER, second.identifier)
    assert found == other
    assert found[StackKind.PROD] == Earlier(sample().network, sample().delegations)
    later = found[StackKind.FAILOVER]
    assert isinstance(later, Earlier)
    assert later.network == sample().network
    assert later.delegations.nameservers.fallback[0].name == "neon.ns.hetzner.example"


def test_why_it_is_not_known(repository: Repository) -> None:
    known = repository.applied()
    prod = StackKind.PROD
    unknown = earlier_declarations(repository.folder, "prod", prod, "ab" * 32)[prod]
    assert unknown == NotKnown("approval abababababab is not in approvals/")
    shutil.rmtree(repository.folder / ".git")
    ungit = earlier_declarations(repository.folder, "prod", prod, known.identifier)[prod]
    assert ungit == NotKnown(f"git cannot show what approval {known.identifier[:12]} of prod was made of")


def test_the_present_is_not_taken_for_what_was_before_in_a_shallow_clone(
    repository: Repository, tmp_path: Path
) -> None:
    known = repository.applied()
    _rename(repository, "Pulumi.prod.yaml", "nodes: 420", "nodes: 421")
    repository.commit()
    clone = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone)], check=True
    )
    name = f"approval {known.identifier[:12]} of prod"
    said = NotKnown(f"this clone is shallow: what {name} was made of is not in it (git fetch --unshallow)")
    for kind in (StackKind.PROD, StackKind.FAILOVER):
        last = known.identifier if kind is StackKind.PROD else None
        found = earlier_declarations(clone, kind.value, kind, last)
        assert found[StackKind.PROD] == said
