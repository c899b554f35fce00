"""Fingerprints of a stack's state, of the whole and of each resource."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ffinfra.gate.changes import GATE_RECORD_TYPE
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.secret_values import SIGNATURE, in_clear
from ffinfra.problems import OperationalError
from ffinfra.urn import is_stack, type_of

_PASSING = frozenset({"created", "modified", "sourcePosition", "stackTrace"})
"""What changes without the resource changing: times, and where its line stands in the program."""


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """An operation that was begun and whose end nobody saw."""

    urn: str
    kind: str
    """``creating``, ``updating``, ``deleting``, ``reading`` or ``importing``."""
    inputs: Mapping[str, Any] = field(repr=False, compare=False)
    """The inputs it was begun with."""


@dataclass(frozen=True, slots=True)
class StackState:
    """What of a state matters to the gate.

    Attributes:
        digest: of everything but the root, the gate's own record, times and places in the source.
        resources: URN -> digest; a resource that is about to be deleted has ``#delete`` behind its URN.
        last_approval: the identifier of the approval that was used last.
        pending: operations whose end is not known.
        inputs: URN -> the inputs in the state, secrets in clear.
        unfinished: URNs of what was begun and did not end well.
        last_written: when the engine last wrote it, at the end of an update at the latest; None where it is not told.
    """

    digest: str
    resources: Mapping[str, str]
    last_approval: str | None
    pending: tuple[PendingOperation, ...]
    inputs: Mapping[str, Mapping[str, Any]] = field(repr=False, compare=False, default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    last_written: datetime | None = None


def awaiting_deletion(urn: str) -> str:
    """The name among a state's resources of one that is to be deleted yet."""
    return f"{urn}#delete"


def state_of(export: str, key: GateKey) -> StackState:
    """Read what ``pulumi stack export --show-secrets`` printed.

    Raises:
        OperationalError: the text is no export of a known version.
    """
    try:
        document = json.loads(export)
        if document["version"] not in (3, 4):
            raise ValueError(f"version {document['version']}")
        deployment = document["deployment"] or {}
    except (ValueError, KeyError, TypeError) as error:
        raise OperationalError(
            f"the state cannot be read ({error})", "Use the engine version that this project is tested with"
        ) from error
    entries: list[Mapping[str, Any]] = deployment.get("resources") or []
    kept = [
        entry for entry in entries if not is_stack(entry["urn"]) and type_of(entry["urn"]) != GATE_RECORD_TYPE
    ]
    resources = {_name(entry): key.of_value(_lasting(entry)) for entry in kept}
    pending = tuple(
        PendingOperation(
            operation["resource"]["urn"], operation["type"], operation["resource"].get("inputs") or {}
        )
        for operation in deployment.get("pending_operations") or []
    )
    whole = {"resources": resources, "pending": [[one.urn, one.kind] for one in pending]}
    inputs = {entry["urn"]: in_clear(entry.get("inputs") or {}) for entry in kept if not entry.get("delete")}
    unfinished = {entry["urn"] for entry in kept if entry.get("initErrors")} | {one.urn for one in pending}
    last = next((entry for entry in entries if type_of(entry["urn"]) == GATE_RECORD_TYPE), {})
    return StackState(
        key.of_value(whole),
        resources,
        last.get("outputs", {}).get("approval") or None,
        pending,
        inputs,
        frozenset(unfinished),
        _moment((deployment.get("manifest") or {}).get("time")),
    )


def _name(entry: Mapping[str, Any]) -> str:
    return awaiting_deletion(entry["urn"]) if entry.get("delete") else str(entry["urn"])


def _moment(text: object) -> datetime | None:
    """A time as the engine writes it (RFC 3339)."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _lasting(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value without what passes; secrets become their plain text, as ciphertexts change at every export."""
    if isinstance(value, Mapping):
        if SIGNATURE in value and "plaintext" in value:
            return {"secret": value["plaintext"]}
        return {name: _lasting(item) for name, item in value.items() if name not in _PASSING}
    if isinstance(value, list):
        return [_lasting(item) for item in value]
    return value
