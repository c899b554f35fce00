"""The folder ``approvals/<stack>/``: records, their signatures, and what became of them.

A file is read once, without following links, and what was read is what is judged.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from ffinfra.gate.operations import Operation
from ffinfra.gate.record import ApprovalRecord, parse_record
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem

MAXIMUM_OCTETS = 16 * 1024 * 1024
"""No file of an approval is larger; a record of ten thousand steps has about three million octets."""


class PerformedStep(BaseModel):
    """A step that the engine performed."""

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
    performed: tuple[PerformedStep, ...]
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """A record with its signatures as they lie in the folder; nothing is verified yet."""

    record: ApprovalRecord
    signatures: tuple[str, ...]
    outcome: Outcome | None
    acknowledged: bool = False
    """Whether a note lies beside it that its override was looked at; who signed that is the log's to verify."""


@dataclass(frozen=True, slots=True)
class ApprovalStore:
    """The approvals of one stack."""

    folder: Path

    def add(self, record: ApprovalRecord, signature: str | None) -> Path:
        """Store a record, or one more signature of it; returns the record's file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.file_of(record)
        if not file.exists():
            _write_new(file, record.text)
        if signature is None:
            return file
        name = hashlib.sha256(signature.encode()).hexdigest()[:12]
        signature_file = file.with_name(f"{_stem(file)}.{name}.sig")
        if not signature_file.exists():
            _write_new(signature_file, signature)
        return file

    def set_outcome(self, record: ApprovalRecord, outcome: Outcome) -> None:
        """Note what became of an approval; a resumed one replaces the note of the broken-off run."""
        file = self.file_of(record)
        target = file.with_name(f"{_stem(file)}.outcome.json")
        partial = target.with_suffix(".partial")
        partial.write_text(outcome.model_dump_json(indent=1) + "\n")
        partial.replace(target)

    def acknowledge(self, record: ApprovalRecord, signature: str) -> Path:
        """Note that an override was looked at."""
        file = self.file_of(record)
        target = file.with_name(f"{_stem(file)}.acknowledged")
        _write_new(target, signature)
        return target

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
        return iter(sorted(self.folder.glob("*.record.json")))

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
        outcome = Outcome.model_validate_json(read_once(outcome_file)) if outcome_file.exists() else None
        acknowledged = file.with_name(f"{_stem(file)}.acknowledged").exists()
        return StoredApproval(record, signatures, outcome, acknowledged)


def read_once(file: Path) -> str:
    """A file's text, read through one descriptor and without following a link.

    Raises:
        OperationalError: it is a link, no plain file, too large or no UTF-8.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            content = stream.read(MAXIMUM_OCTETS + 1)
        if len(content) > MAXIMUM_OCTETS:
            raise OSError("it is larger than any approval")
        return content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise OperationalError(f"{file} cannot be read ({error})", "Restore it from git") from error


def _write_new(file: Path, text: str) -> None:
    """Write a file that must not exist; nobody's link is followed."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)


def _stem(file: Path) -> str:
    return file.name.split(".", 1)[0]
