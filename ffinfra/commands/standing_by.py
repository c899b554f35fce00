"""The approval of the next switch: told, and offered to be signed, whenever the stack that switches has changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from ffinfra.commands.gate import show_preview
from ffinfra.commands.handing_over import handed_over
from ffinfra.commands.signing import signing_key
from ffinfra.failover.standby import Lacking, sign_ahead, standby, standby_preview
from ffinfra.failover.switching import Switch
from ffinfra.gate.approving import approve
from ffinfra.gate.cosigning import waiting_record
from ffinfra.gate.previewing import Gate
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.stack_kind import StackKind


def offer_standby(console: Console, gate: Gate, key: Path | None, *, ask: bool) -> None:
    """Say whether the next switch lies signed; where it does not, offer to sign it.

    That it cannot be told is no reason to fail: what was asked for is done.

    Args:
        console: for people.
        gate: the stack's gate; one that switches nothing is passed over.
        key: the key that a person named.
        ask: whether a person is there to answer.
    """
    try:
        if gate.situation().stack.kind is not StackKind.FAILOVER:
            return
        found = standby(gate, datetime.now(UTC))
        console.print(str(found), markup=False)
        if isinstance(found, Lacking) and ask and typer.confirm("sign it now?", default=False, err=True):
            _sign(console, gate, found, key)
    except (InvalidInputError, OperationalError) as error:
        console.print(f"standby: not known ({error})", markup=False)


def _sign(console: Console, gate: Gate, lacking: Lacking, key: Path | None) -> None:
    preview, switch = standby_preview(Switch(gate, lacking.target))
    show_preview(console, preview, handing_on=handed_over(gate, preview))
    fresh = sign_ahead(gate, preview, switch)
    record = waiting_record(gate, fresh, datetime.now(UTC)) or fresh
    stored = approve(gate, record, signing_key(key) if record.approvals_needed else None)
    have, need = len(stored.signatures), record.approvals_needed
    console.print(f"signed approval {record.identifier[:12]}: {have} of {need} signatures")
