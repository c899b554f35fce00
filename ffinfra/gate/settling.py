"""Settling what a broken-off update left open, by looking at the providers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ffinfra.gate.engine import Engine, private_folder
from ffinfra.gate.existing import existing_id
from ffinfra.gate.state import PendingOperation
from ffinfra.problems import OperationalError

TIMEOUT = 300
"""Seconds."""


def settle_pending(engine: Engine, pending: Sequence[PendingOperation]) -> tuple[str, ...]:
    """Take over what exists, forget what does not; returns what was done, a sentence each.

    The engine's own option for this, ``refresh --import-pending-creates``, notes the identifier in the pending
    operation and does nothing with it (seen with 3.259). So the resource is put into the state as the operation
    describes it, and read from its provider then.

    Raises:
        OperationalError: something cannot be told, or the state cannot be written.
    """
    done: list[str] = []
    identifiers: dict[str, str | None] = {}
    to_read: list[str] = []
    for operation in pending:
        if operation.kind != "creating":
            to_read.append(operation.urn)
            done.append(f"{operation.kind} {operation.urn}: read anew")
            continue
        found = existing_id(operation, engine.environment)
        identifiers[operation.urn] = found
        if found is None:
            done.append(f"creating {operation.urn}: not there, will be made")
        else:
            to_read.append(operation.urn)
            done.append(f"creating {operation.urn}: found as {found}, taken over")
    if identifiers:
        _settle_creations(engine, identifiers)
    if to_read:
        targets = [part for urn in to_read for part in ("--target", urn)]
        _must(engine, ["refresh", "--yes", "--skip-preview", *targets])
    return tuple(done)


def _settle_creations(engine: Engine, identifiers: Mapping[str, str | None]) -> None:
    """Write the state anew: what exists is a resource, what does not is no longer pending; secrets stay sealed."""
    state = json.loads(_must(engine, ["stack", "export"]))
    settled = settled_deployment(state["deployment"], identifiers)
    with private_folder() as folder:
        file = folder / "state.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps({**state, "deployment": settled}))
        _must(engine, ["stack", "import", "--file", str(file)])


def settled_deployment(
    deployment: Mapping[str, Any], identifiers: Mapping[str, str | None]
) -> dict[str, Any]:
    """A deployment in which pending creations are settled.

    Args:
        deployment: as the engine exports it.
        identifiers: URN of a pending creation -> the provider's identifier, or None where nothing exists.
    """
    kept: list[Any] = []
    taken: list[Any] = []
    for operation in deployment.get("pending_operations") or []:
        resource = operation["resource"]
        if operation["type"] != "creating" or resource["urn"] not in identifiers:
            kept.append(operation)
        elif (identifier := identifiers[resource["urn"]]) is not None:
            taken.append({**resource, "id": identifier})
    # Behind all others, where everything that a new resource depends on stands before it.
    resources = [*deployment.get("resources", []), *taken]
    return {**deployment, "resources": resources, "pending_operations": kept}


def _must(engine: Engine, arguments: list[str]) -> str:
    result = engine.run(arguments, timeout=TIMEOUT)
    if result.returncode:
        raise OperationalError(
            f"open operations could not be settled: {(result.stderr or result.stdout).strip()[-400:]}",
            "Look at the providers; pulumi refresh shows the same message",
        )
    return result.stdout
