"""Digests as the engine writes them, made by hand where a test needs one that is odd."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ffinfra.gate.changes import ChangeSet, changes_of
from ffinfra.gate.digest import parse_digest

HOOKS = {moment: ["gate"] for moment in ("BeforeCreate", "BeforeUpdate", "BeforeDelete")}
HOST_CONFIG = "freifunk:index:HostConfig"
SERVER = "hcloud:index/server:Server"
ZONE_CONTENT = "freifunk:index:ZoneContent"
RRSET = "hcloud:index/zoneRrset:ZoneRrset"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"


def urn_of(name: str, kind: str = HOST_CONFIG, stack: str = "prod") -> str:
    """The URN of a resource."""
    return f"urn:pulumi:{stack}::ffinfra::{kind}::{name}"


def state(name: str, kind: str, inputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One side of a step; ``more`` are keys as the engine writes them."""
    return {
        "urn": urn_of(name, kind),
        "type": kind,
        "custom": True,
        "inputs": dict(inputs),
        "resourceHooks": HOOKS,
        **more,
    }


def step(
    operation: str,
    name: str,
    kind: str = HOST_CONFIG,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One step; ``more`` may hold ``old_state`` and ``new_state`` with keys of the sides, and keys of the step."""
    old_state, new_state = more.pop("old_state", {}), more.pop("new_state", {})
    return {
        "op": operation,
        "urn": urn_of(name, kind),
        **({"oldState": state(name, kind, old, **old_state)} if old is not None else {}),
        **({"newState": state(name, kind, new, **new_state)} if new is not None else {}),
        **more,
    }


def digest_text(steps: Sequence[Mapping[str, Any]], **more: Any) -> str:
    """The JSON text."""
    counts: dict[str, int] = {}
    for one in steps:
        counts[one["op"]] = counts.get(one["op"], 0) + 1
    return json.dumps({"steps": list(steps), "duration": 1, "changeSummary": counts, **more})


def change_set(*steps: Mapping[str, Any], **more: Any) -> ChangeSet:
    """The typed changes of steps."""
    return changes_of(parse_digest(digest_text(steps, **more), "test"))
