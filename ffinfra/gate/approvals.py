"""The folder ``approvals/<stack>/``: records, their signatures, and what became of them.

A file is read once, without following links, and what was read is what is judged. Only records and signatures are
protected by themselves; outcomes are notes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from ffinfra.gate.operations import Operation
from ffinfra.gate.plain_files import read_once, refuse_links, replace_file, write_new
from ffinfra.gate.record import ApprovalRecord, parse_record
from ffinfra.problems import InvalidInputError, Place, Problem


class PerformedStep(BaseModel):
    """A step that the engine performed, or was to perform."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: Operation
    urn: str


class Outcome(BaseModel):
    """What became of an approval that was applied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approval: str
    started: AwareDatetime
    ended: AwareDatetime
    complete: bool
    """Whether everything approved was performed."""
    watched: bool = True
    """Whether ``ffinfra apply`` performed it and noted what was done; False for a bare ``pulumi up``."""
    performed: tuple[PerformedStep, ...]
    not_performed: tuple[PerformedStep, ...] = ()
    """What was approved and is not done."""
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """A record with its signatures as they lie in the folder; nothing is verified yet."""

    record: ApprovalRecord
    signatures: tuple[str, ...]
    outcome: Outcome | None
    acknowledgement: str | None = None
    """What lies beside it to say that its override was looked at; ``acknowledging`` verifies it."""


@dataclass(frozen=True, slots=True)
class ApprovalStore:
    """The approvals of one stack."""

    folder: Path

    def add(self, record: ApprovalRecord, signature: str | None) -> Path:
        """Store a record, or one more signature of it; returns the record's file."""
        self._refuse_links()
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.file_of(record)
        if not file.exists():
            write_new(file, record.text)
        if signature is None:
            return file
        name = hashlib.sha256(signature.encode()).hexdigest()[:12]
        signature_file = file.with_name(f"{_stem(file)}.{name}.sig")
        if not signature_file.exists():
            write_new(signature_file, signature)
        return file

    def set_outcome(self, record: ApprovalRecord, outcome: Outcome) -> None:
        """Note what became of an approval; a resumed one replaces the note of the broken-off run."""
        file = self.file_of(record)
        target = file.with_name(f"{_stem(file)}.outcome.json")
        self._refuse_links()
        replace_file(target, f"{outcome.model_dump_json(indent=1)}\n".encode())

    def acknowledge(self, record: ApprovalRecord, text: str) -> None:
        """Note that an override was looked at; a note that did not hold is replaced."""
        self._refuse_links()
        file = self.file_of(record)
        replace_file(file.with_name(f"{_stem(file)}.acknowledged"), text.encode())

    def all(self) -> tuple[StoredApproval, ...]:
        """Every approval, the oldest first.

        Raises:
            InvalidInputError: a file was edited or is of no known form.
        """
        return tuple(self._load(file) for file in self._files())

    def find(self, identifier: str) -> StoredApproval:
        """The approval of an identifier, which may be shortened to 8 digits or more.

        Raises:
            InvalidInputError: there is none, or its file was edited.
        """
        for file in self._files():
            if len(identifier) >= 8 and _stem(file).split("-", 1)[1].startswith(identifier[:12]):
                stored = self._load(file)
                if stored.record.identifier.startswith(identifier):
                    return stored
        raise InvalidInputError(
            [
                Problem(
                    place=Place(str(self.folder)),
                    what=f"holds no approval {identifier[:12]}",
                    way_out="Fetch the branch that it was committed to, or approve anew",
                )
            ]
        )

    def _files(self) -> Iterator[Path]:
        self._refuse_links()
        return iter(sorted(self.folder.glob("*.record.json")))

    def _refuse_links(self) -> None:
        """``approvals/`` or the stack's folder in it may lead nowhere else."""
        refuse_links(self.folder, self.folder.parent.parent)

    def file_of(self, record: ApprovalRecord) -> Path:
        """The file of a record; its name sorts by time."""
        moment = record.created.strftime("%Y%m%dT%H%M%SZ")
        return self.folder / f"{moment}-{record.identifier[:12]}.record.json"

    def _load(self, file: Path) -> StoredApproval:
        record = parse_record(read_once(file), str(file))
        if not _stem(file).endswith(f"-{record.identifier[:12]}"):
            raise InvalidInputError(
                [
                    Problem(
                        place=Place(str(file)),
                        what="does not hold the record that its name says",
                        way_out="Restore it from git, or approve anew",
                    )
                ]
            )
        signatures = tuple(read_once(part) for part in sorted(file.parent.glob(f"{_stem(file)}.*.sig")))
        outcome_file = file.with_name(f"{_stem(file)}.outcome.json")
        outcome = (
            Outcome.model_validate_json(read_once(outcome_file)) if os.path.lexists(outcome_file) else None
        )
        note = file.with_name(f"{_stem(file)}.acknowledged")
        acknowledgement = read_once(note) if os.path.lexists(note) else None
        return StoredApproval(record, signatures, outcome, acknowledgement)


def _stem(file: Path) -> str:
    return file.name.split(".", 1)[0]
