"""Who is in force as ``approvals/`` tells it, for whoever does not know the state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import assert_never

from ffinfra.gate.approvals import ApprovalStore, StoredApproval
from ffinfra.gate.chain import verified_chain
from ffinfra.gate.handing_on import UnknownAuthority
from ffinfra.gate.lineage import by_identifier, lineage
from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.signers import (
    SIGNERS_FILE,
    Authority,
    authority_of,
    pinned_digest,
    signers_digest,
    signers_of_change,
)
from ffinfra.problems import InvalidInputError


def noted_authority(
    project: Path, store: ApprovalStore, environment: Mapping[str, str]
) -> Authority | UnknownAuthority:
    """Who and what judges the next change, for showing alone: the state decides it, and is not asked.

    Taken is the approval that the notes call applied and no other applied one follows, if the signatures hold from
    the first one to it; before any was applied, the pinned set.

    Args:
        project: the checkout.
        store: the stack's approvals.
        environment: of the process, for the pin.

    Raises:
        InvalidInputError: .allowed_signers is missing.
        OperationalError: ssh-keygen is missing, or a file is a link.
    """
    last = noted_last(project, store, environment)
    match last:
        case UnknownAuthority():
            return last
        case None:
            return _first(signers_of_change(project), _pinned(project, environment), store.folder.name)
        case ApprovalRecord():
            return authority_of(last)
    assert_never(last)


def noted_last(
    project: Path, store: ApprovalStore, environment: Mapping[str, str]
) -> ApprovalRecord | UnknownAuthority | None:
    """The approval that was applied last by the notes; None before any was, and why where they cannot be believed.

    Args:
        project: the checkout.
        store: the stack's approvals.
        environment: of the process, for the pin.

    Raises:
        OperationalError: ssh-keygen is missing, or a file is a link.
    """
    try:
        stored = store.all()
    except InvalidInputError as error:
        return UnknownAuthority(f"approvals/{store.folder.name} cannot be read: {error}")
    last = _last_applied(stored)
    match len(last):
        case 0:
            return None
        case 1:
            return _judged(stored, last[0], _pinned(project, environment))
        case _:
            return UnknownAuthority(f"approvals/{store.folder.name} tells of more than one history")


def _pinned(project: Path, environment: Mapping[str, str]) -> str | None:
    """The pin; a forge hands on an unset variable as an empty one."""
    return pinned_digest(project, environment) or None


def _last_applied(stored: Collection[StoredApproval]) -> list[StoredApproval]:
    """The applied approvals that no other applied one follows."""
    applied = [one for one in stored if one.outcome is not None and one.outcome.complete]
    followed = {one.record.predecessor for one in applied}
    return [one for one in applied if one.record.identifier not in followed]


def _judged(
    stored: Collection[StoredApproval], last: StoredApproval, pinned: str | None
) -> ApprovalRecord | UnknownAuthority:
    identifier = last.record.identifier
    chain = verified_chain(lineage(by_identifier(stored), identifier), identifier, pinned)
    if chain.holds:
        return last.record
    faults = (*chain.faults, *(fault for entry in chain.entries for fault in entry.faults))
    return UnknownAuthority(f"the approvals that were applied do not hold: {faults[0]}")


def _first(signers: str, pinned: str | None, stack: str) -> Authority | UnknownAuthority:
    if pinned is None:
        return UnknownAuthority(
            f"approvals/{stack} holds no applied approval, and no signers are pinned here"
        )
    if pinned != signers_digest(signers):
        return UnknownAuthority(f"{SIGNERS_FILE} is not the set that was pinned here")
    return Authority(signers)
