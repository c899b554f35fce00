"""One signature for the approvals of several stacks: it is made over a list of them."""

from __future__ import annotations

from collections.abc import Iterable

from ffinfra.gate.record import ApprovalRecord
from ffinfra.gate.signatures import BadSignature

_HEAD = "ffinfra joint approval 1"
_ARMOUR = "-----BEGIN SSH SIGNATURE-----"


def joint_text(records: Iterable[ApprovalRecord]) -> str:
    """What is signed: a line for each record, sorted."""
    return "\n".join([_HEAD, *sorted(map(_line, records)), ""])


def stored_form(text: str, armoured: str) -> str:
    """A joint signature as it lies beside each of its records: what was signed, then the signature."""
    return text + armoured


def signed_text(record: ApprovalRecord, stored: str) -> tuple[str, str] | BadSignature:
    """What a stored signature of a record must be over, and the signature itself.

    A plain signature is over the record's own text. A joint one carries its text, which must name the record.
    """
    start = stored.find(_ARMOUR)
    if start <= 0:
        return record.text, stored
    text = stored[:start]
    lines = text.splitlines()
    if lines[0] != _HEAD or _line(record) not in lines[1:]:
        return BadSignature("a joint signature is over other approvals")
    return text, stored[start:]


def _line(record: ApprovalRecord) -> str:
    return f"{record.stack} {record.identifier}"
