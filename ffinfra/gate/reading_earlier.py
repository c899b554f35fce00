"""Reading what was declared when a stack was changed last: from the commit that brought its last approval in."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ffinfra.dns.delegation.reading import read_delegations
from ffinfra.gate.approvals import ApprovalStore, StoredApproval
from ffinfra.gate.authorship import is_shallow
from ffinfra.gate.earlier import Earlier, EarlierDeclarations, NothingYet, NotKnown
from ffinfra.network.reading import read_network
from ffinfra.problems import InvalidInputError
from ffinfra.stack import NETWORK_FILE
from ffinfra.stack_kind import StackKind

_DELEGATIONS: Final = "dns/delegations.yaml"


def earlier_declarations(
    project: Path, stack: str, kind: StackKind, last: str | None
) -> dict[StackKind, EarlierDeclarations]:
    """What was declared when each kind of stack was changed last.

    Args:
        project: the checkout.
        stack: the stack at hand.
        kind: its kind.
        last: the approval that its state names as used last; of the other stack, whose state is not at hand, the
            newest approval that was applied from this checkout counts, else the newest.
    """
    found: dict[StackKind, EarlierDeclarations] = {}
    for one in StackKind:
        store = ApprovalStore(project / "approvals" / (stack if one is kind else one.value))
        found[one] = _of_stack(project, store, last) if one is kind else _of_other(project, store)
    return found


def _of_stack(project: Path, store: ApprovalStore, last: str | None) -> EarlierDeclarations:
    if last is None:
        return NothingYet()
    try:
        return _at(project, store, store.find(last))
    except InvalidInputError:
        return NotKnown(f"approval {last[:12]} is not in approvals/")


def _of_other(project: Path, store: ApprovalStore) -> EarlierDeclarations:
    try:
        approvals = store.all()
    except InvalidInputError:
        return NotKnown(f"approvals/{store.folder.name} cannot be read")
    applied = [one for one in approvals if one.outcome is not None] or list(approvals)
    return _at(project, store, applied[-1]) if applied else NothingYet()


def _at(project: Path, store: ApprovalStore, stored: StoredApproval) -> EarlierDeclarations:
    name = f"approval {stored.record.identifier[:12]} of {store.folder.name}"
    file = store.file_of(stored.record).relative_to(project)
    if is_shallow(project):
        return NotKnown(
            f"this clone is shallow: what {name} was made of is not in it (git fetch --unshallow)"
        )
    try:
        commits = _git(project, "log", "--diff-filter=A", "--format=%H", "--", str(file)).decode().split()
        if not commits:
            return NotKnown(f"{name} is in no commit")
        with tempfile.TemporaryDirectory(prefix="ffinfra-") as folder:
            for path in (NETWORK_FILE, _DELEGATIONS):
                target = Path(folder, path)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(_git(project, "show", f"{commits[-1]}:./{path}"))
            return Earlier(
                read_network(Path(folder, NETWORK_FILE), NETWORK_FILE),
                read_delegations(Path(folder, _DELEGATIONS), _DELEGATIONS),
            )
    except (OSError, subprocess.CalledProcessError):
        return NotKnown(f"git cannot show what {name} was made of")
    except InvalidInputError:
        return NotKnown(f"the declarations that {name} was made of cannot be read any more")


def _git(project: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, check=True).stdout
