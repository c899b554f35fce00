"""The approval of the next switch: told, and offered to be signed, whenever the stack that switches has changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from ffinfra.commands.ahead import show_ahead, sign_records
from ffinfra.commands.signing import signed_words, signing_key
from ffinfra.failover.signing_ahead import sign_ahead, stages_ahead, waiting_or_fresh
from ffinfra.failover.standby import Lacking, standby
from ffinfra.failover.switching import Switch
from ffinfra.gate.previewing import Gate
from ffinfra.problems import InvalidInputError, OperationalError


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
        found = standby(gate, datetime.now(UTC))
        if found is None:
            return
        console.print(str(found), markup=False)
        if isinstance(found, Lacking) and ask and typer.confirm("sign it now?", default=False, err=True):
            _sign(console, gate, found, key)
    except (InvalidInputError, OperationalError) as error:
        console.print(f"standby: not known ({error})", markup=False)


def _sign(console: Console, gate: Gate, lacking: Lacking, key: Path | None) -> None:
    ahead = stages_ahead(Switch(gate, lacking.target))
    show_ahead(console, gate, ahead)
    fresh = sign_ahead(gate, ahead)
    records = waiting_or_fresh(gate, fresh, datetime.now(UTC))
    for stored in sign_records(gate, records, lambda: signing_key(key)):
        console.print(signed_words(stored))
