"""Recordings without what differs from run to run and from machine to machine."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffinfra.urn import is_provider
from tests.lab.plugins.engine import REPOSITORY

_PASSING = frozenset(
    {"sourcePosition", "stackTrace", "created", "modified", "sequence", "timestamp", "durationSeconds"}
)


@dataclass(frozen=True)
class Recording:
    """What the engine printed and wrote; no events but where policy packs judged."""

    digest: str
    events: str = ""


def cleaned_digest(digest: dict[str, Any], folder: Path) -> str:
    """The digest, its steps sorted, without configuration and times."""
    steps = sorted(digest.get("steps") or [], key=lambda step: (step["urn"], step["op"]))
    kept = {name: part for name, part in digest.items() if name != "config"}
    return _text({**kept, "steps": steps, "duration": 0}, folder, indent=1)


def cleaned_events(log: str, folder: Path) -> str:
    """What an event log tells of policies, providers and its end, in the order in which it is sorted as text."""
    events = [event for line in log.splitlines() if _kept(event := json.loads(line))]
    *others, end = [_text(event, folder) for event in events]
    return "".join([*sorted(others), end])


def _kept(event: Mapping[str, Any]) -> bool:
    if "resourcePreEvent" in event:
        return is_provider(event["resourcePreEvent"]["metadata"]["urn"])
    return "diagnosticEvent" not in event and "resOutputsEvent" not in event


def _text(value: Any, folder: Path, indent: int | None = None) -> str:
    text = json.dumps(_without(value), indent=indent, sort_keys=True)
    for path, shown in ((str(REPOSITORY), "/checkout"), (str(folder), "/recording")):
        text = text.replace(path, shown)
    return re.sub(r"/[^\"\\ ]*/(?=site-packages|lib/python)", "/python/", text) + "\n"


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if key not in _PASSING}
    return [_without(item) for item in value] if isinstance(value, list) else value
