"""Settling what a broken-off update left open, by looking at the providers."""

from __future__ import annotations

from collections.abc import Sequence

from ffinfra.gate.engine import Engine
from ffinfra.gate.existing import existing_id
from ffinfra.gate.state import PendingOperation
from ffinfra.problems import OperationalError

REFRESH_TIMEOUT = 300
"""Seconds."""


def settle_pending(engine: Engine, pending: Sequence[PendingOperation]) -> tuple[str, ...]:
    """Take over what exists, forget what does not; returns what was done, a sentence each.

    Raises:
        OperationalError: something cannot be told; nothing was changed then.
    """
    if not pending:
        return ()
    done: list[str] = []
    arguments = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]
    for operation in pending:
        arguments += ["--target", operation.urn]
        if operation.kind != "creating":
            done.append(f"{operation.kind} {operation.urn}: read anew")
            continue
        found = existing_id(operation, engine.environment)
        if found is None:
            done.append(f"creating {operation.urn}: not there, will be made")
        else:
            arguments += ["--import-pending-creates", operation.urn, "--import-pending-creates", found]
            done.append(f"creating {operation.urn}: found as {found}, taken over")
    result = engine.run(arguments, timeout=REFRESH_TIMEOUT)
    if result.returncode:
        raise OperationalError(
            f"open operations could not be settled: {(result.stderr or result.stdout).strip()[-400:]}",
            "Look at the providers; pulumi refresh shows the same message",
        )
    return tuple(done)
