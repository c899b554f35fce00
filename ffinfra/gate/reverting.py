"""Preparing the reverse of an applied change: its difference in git, taken back in the checkout.

Nothing is applied here: what comes out is an ordinary change, which takes the same way through the gate. The
commit of a change is the one that brought its approval in.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ffinfra.gate.approvals import ApprovalStore
from ffinfra.gate.program import bound_paths, program_digest
from ffinfra.gate.record import ApprovalRecord
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem


@dataclass(frozen=True, slots=True)
class Reverted:
    """What was taken back.

    Attributes:
        record: the change.
        files: which files differ now, relative to the project.
    """

    record: ApprovalRecord
    files: tuple[str, ...]


def revert(project: Path, store: ApprovalStore, identifier: str) -> Reverted:
    """Take a change back in the checkout, not in the index.

    Args:
        project: the checkout.
        store: the stack's approvals.
        identifier: of the approval, 8 digits or more.

    Raises:
        InvalidInputError: it was not applied, is the first, or its commits do not hold what was approved.
        OperationalError: the checkout has other changes, or later ones are in the way.
    """
    stored = store.find(identifier)
    record = stored.record
    if stored.outcome is None or record.predecessor is None:
        why = "was not applied from here" if stored.outcome is None else "is the first: nothing was before it"
        raise _problem(store, record, why, "Name one that ffinfra log shows as applied")
    paths = bound_paths(record.stack)
    if _git(project, "status", "--porcelain", "--", *paths).strip():
        raise OperationalError("the checkout has changes of its own", "Commit or stash them first")
    before = _commit(project, store, store.find(record.predecessor).record)
    after = _commit(project, store, record)
    patch = _git(project, "diff", "--binary", before, after, "--", *paths)
    if not patch:
        raise _problem(store, record, "changed no file of the program", "Undo by hand what it changed")
    _apply_backwards(project, patch)
    changed = _git(project, "diff", "--name-only", before, after, "--", *paths).decode().splitlines()
    return Reverted(record, tuple(changed))


def _commit(project: Path, store: ApprovalStore, record: ApprovalRecord) -> str:
    """The commit that brought an approval in; it must hold the program that was approved."""
    file = store.file_of(record).relative_to(project)
    found = _git(project, "log", "--diff-filter=A", "--format=%H", "--", str(file)).decode().split()
    if not found:
        raise _problem(store, record, "is in no commit", "Commit approvals/ with each change; revert by hand")
    with tempfile.TemporaryDirectory(prefix="ffinfra-") as folder:
        archive = _git(project, "archive", "--format=tar", found[-1])
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True, capture_output=True)
        if program_digest(Path(folder)) != record.bindings.program:
            why = f"approved another program than its commit {found[-1][:12]} holds"
            raise _problem(store, record, why, "Find the commit that was approved, and revert it by hand")
    return found[-1]


def _apply_backwards(project: Path, patch: bytes) -> None:
    done = subprocess.run(
        ["git", "-C", str(project), "apply", "--reverse", "--whitespace=nowarn", "-"],
        input=patch,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise OperationalError(
            f"later changes are in the way: {said[0] if said else 'git apply refuses'}",
            "Revert those first, or take this one back by hand",
        )


def _git(project: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise OperationalError("git is missing", "Install git") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise OperationalError(f"git {arguments[0]} failed: {said}", "Run it inside a clone of the project")
    return done.stdout


def _problem(store: ApprovalStore, record: ApprovalRecord, why: str, way_out: str) -> InvalidInputError:
    what = f"approval {record.identifier[:12]} {why}"
    return InvalidInputError([Problem(place=Place(str(store.folder)), what=what, way_out=way_out)])
