"""Who may approve: ``.allowed_signers``, judged by the set that was in force before the change.

The set in force is the one that the approval applied last carried with it, which the state names. Before the
first approval there is none, so the first set is pinned outside of the repository: on each laptop in the
user's configuration, in CI by an environment variable. A pull request can change the file, but not the pin.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ffinfra.gate.approvals import ApprovalStore
from ffinfra.gate.plain_files import read_once
from ffinfra.gate.record import ApprovalRecord
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem

SIGNERS_FILE = ".allowed_signers"
PIN_VARIABLE = "FFINFRA_SIGNERS_SHA256"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who and what judges the next approval.

    Attributes:
        signers: in the format of ssh-keygen(1), ALLOWED SIGNERS.
        free_additions: whether pure additions need nobody.
        newly_pinned: the pin was made just now, from the file as it is; tell the person.
    """

    signers: str
    free_additions: bool = False
    newly_pinned: bool = False

    def changed_by(self, record: ApprovalRecord) -> bool:
        """Whether a record hands something else on to the next one."""
        return (record.signers, record.free_additions) != (self.signers, self.free_additions)


def signers_of_change(project: Path) -> str:
    """The set that the change itself carries.

    Raises:
        InvalidInputError: the file is missing.
    """
    file = project / SIGNERS_FILE
    if not file.is_file():
        raise InvalidInputError(
            [
                Problem(
                    place=Place(SIGNERS_FILE),
                    what="is missing",
                    way_out='Write one line a person: NAME namespaces="ffinfra-approval" ssh-ed25519 AAAA...',
                )
            ]
        )
    return read_once(file)


def authority_in_force(
    project: Path,
    store: ApprovalStore,
    last_approval: str | None,
    environment: Mapping[str, str] = os.environ,
) -> Authority:
    """The set that judges.

    Raises:
        InvalidInputError: the approval that the state names is not in the folder, or there is no file.
        OperationalError: nothing was ever applied and the file is not the pinned one.
    """
    if last_approval is not None:
        return authority_of(store.find(last_approval).record)
    text = signers_of_change(project)
    digest = signers_digest(text)
    pinned = pinned_digest(project, environment)
    pin_file = _pin_file(project, environment)
    if pinned is None:
        if environment.get("CI"):
            raise OperationalError(
                "no signer is pinned in CI", f"Set {PIN_VARIABLE} to the SHA-256 of {SIGNERS_FILE}: {digest}"
            )
        pin_file.parent.mkdir(parents=True, exist_ok=True)
        pin_file.write_text(f"{digest}\n")
        return Authority(text, newly_pinned=True)
    if pinned != digest:
        raise OperationalError(
            f"{SIGNERS_FILE} is not the set that was pinned here",
            f"If you know and meant the change, remove {pin_file} (or change {PIN_VARIABLE}) and look again",
        )
    return Authority(text)


def authority_of(record: ApprovalRecord) -> Authority:
    """What an applied record hands on to the next one."""
    return Authority(record.signers, record.free_additions)


def signers_digest(text: str) -> str:
    """What a pin holds of a set of signers."""
    return hashlib.sha256(text.encode()).hexdigest()


def pinned_digest(project: Path, environment: Mapping[str, str]) -> str | None:
    """The SHA-256 of the first set, as pinned for this checkout; None where nothing is pinned."""
    pin_file = _pin_file(project, environment)
    if PIN_VARIABLE in environment:
        return environment[PIN_VARIABLE]
    return pin_file.read_text().strip() if pin_file.is_file() else None


def _pin_file(project: Path, environment: Mapping[str, str]) -> Path:
    """One pin for each checkout's path, so that two networks on one laptop do not mix."""
    base = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "/")) / ".config")
    name = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:16]
    return Path(base) / "ffinfra" / "signers" / f"{name}.sha256"
