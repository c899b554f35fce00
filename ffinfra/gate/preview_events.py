"""The event log of a preview: what its digest hides, which are violations of policies and default providers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.operations import operation_of
from ffinfra.gate.policy_violation import PolicyViolation
from ffinfra.gate.property_changes import property_changes
from ffinfra.urn import is_provider

_WORDS = (
    '"policyEvent"',
    '"policyRemediationEvent"',
    '"pulumi:providers:',
    '"summaryEvent"',
    '"cancelEvent"',
)
"""A line without any of these is passed over."""
_COLOUR = re.compile(r"<\{%.*?%\}>")
"""How the engine writes colours into its messages."""
_WOULD_CHANGE = {
    "enforcementLevel": "remediate",
    "message": "it would change the inputs, and the update does not run it",
}


def with_events(changes: ChangeSet, log: str) -> ChangeSet:
    """The changes of a preview, with what its event log tells beside them; a log that breaks off is incomplete.

    Args:
        changes: those of its digest.
        log: the text that ``pulumi preview --event-log FILE`` wrote, a JSON object a line.
    """
    events, unreadable = _events(log)
    whole = any("summaryEvent" in one or "cancelEvent" in one for one in events)
    known = {(change.urn, change.operation) for change in changes.providers}
    found = {
        (change.urn, change.operation): change
        for one in events
        if (change := _provider(one)) and (change.urn, change.operation) not in known
    }
    providers = sorted(
        (*changes.providers, *found.values()), key=lambda change: (change.urn, change.operation.value)
    )
    return replace(
        changes,
        providers=tuple(providers),
        policies=tuple(sorted({said for one in events if (said := _said(one)) is not None})),
        incomplete=(*changes.incomplete, *(() if whole else ("the event log does not end as one does",))),
        unreadable=(*changes.unreadable, *unreadable),
    )


def _events(log: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The events that matter, as the rest may be large, and the lines among them that cannot be read."""
    found: list[Mapping[str, Any]] = []
    unreadable: list[str] = []
    for number, line in enumerate(log.splitlines(), start=1):
        if any(word in line for word in _WORDS):
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict):
                found.append(event)
            else:
                unreadable.append(f"line {number} of the event log")
    return found, unreadable


def _provider(event: Mapping[str, Any]) -> Change | None:
    metadata = (event.get("resourcePreEvent") or {}).get("metadata") or {}
    operation = operation_of(str(metadata.get("op")))
    urn = str(metadata.get("urn"))
    if operation is None or not operation.changes_something or not is_provider(urn):
        return None
    old, new = ((metadata.get(side) or {}).get("inputs") for side in ("old", "new"))
    properties = property_changes(old or {}, new or {})
    return Change(operation, urn, properties=properties, old_inputs=old, new_inputs=new)


def _said(event: Mapping[str, Any]) -> PolicyViolation | None:
    """What a policy says; one that would change inputs says so, as the update runs without it."""
    if "policyEvent" in event:
        return _violation(event["policyEvent"])
    if "policyRemediationEvent" in event:
        return _violation({**event["policyRemediationEvent"], **_WOULD_CHANGE})
    return None


def _violation(event: Mapping[str, Any]) -> PolicyViolation:
    keys = ("policyPackName", "policyName", "enforcementLevel", "message", "resourceUrn")
    return PolicyViolation(*(_one_line(str(event.get(key) or "")) for key in keys))


def _one_line(text: str) -> str:
    """Without colours; the engine puts what a policy is for and what it found on lines of their own."""
    return ": ".join(line.strip() for line in _COLOUR.sub("", text).splitlines() if line.strip())
