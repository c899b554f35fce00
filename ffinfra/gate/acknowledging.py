"""That somebody looked at an override: a signed note, judged by the signers who were in force when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.lineage import lineage
from ffinfra.gate.record import ApprovalRecord, Sha256
from ffinfra.gate.signatures import BadSignature, Signature, sign, verify
from ffinfra.gate.signers import authority_of


class Acknowledgement(BaseModel):
    """A note that an override was looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approval: Sha256
    """What was overridden."""
    under: Sha256
    """The approval applied last at that time; the signers that it hands on judge the note."""
    at: AwareDatetime
    signature: str

    @property
    def text(self) -> str:
        """What is signed."""
        return f"acknowledged {self.approval}\nunder {self.under}\nat {self.at.isoformat()}\n"


def acknowledgement(record: ApprovalRecord, under: str, at: datetime, key: Path) -> Acknowledgement:
    """Sign a note.

    Raises:
        OperationalError: the key cannot sign.
    """
    unsigned = Acknowledgement(approval=record.identifier, under=under, at=at, signature="")
    return unsigned.model_copy(update={"signature": sign(unsigned.text, key)})


def who_acknowledged(
    one: StoredApproval, known: Mapping[str, StoredApproval], last: str | None
) -> Signature | BadSignature | None:
    """Who looked at an override; None where no note lies beside it.

    Args:
        one: the approval with the override.
        known: identifier -> approval, of the stack.
        last: the approval that the state names.

    Raises:
        OperationalError: ssh-keygen is missing.
    """
    if one.acknowledgement is None:
        return None
    try:
        note = Acknowledgement.model_validate_json(one.acknowledgement)
    except ValidationError:
        return BadSignature("it is no acknowledgement that was signed")
    if note.approval != one.record.identifier:
        return BadSignature("it is of another approval")
    since = [other.record.identifier for other in lineage(known, last)]
    if note.approval not in since or note.under not in since[: since.index(note.approval) + 1]:
        return BadSignature("it names no approval that was applied since")
    return verify(note.text, note.signature, authority_of(known[note.under].record).signers, note.at)
