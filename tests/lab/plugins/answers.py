"""Answers of the Hetzner Cloud API as tests write them down."""

from __future__ import annotations

from typing import Any


def running(number: int) -> dict[str, Any]:
    return {"id": number, "status": "running", "command": "work", "resources": []}


def ended(number: int) -> dict[str, Any]:
    return running(number) | {"status": "success"}


def failed(number: int, command: str = "work") -> dict[str, Any]:
    return {
        "id": number,
        "status": "error",
        "command": command,
        "error": {"code": "action_failed", "message": "Action failed for a reason"},
        "resources": [{"id": 5, "type": "server"}],
    }


def poll(*numbers: int) -> str:
    """The request that asks for actions."""
    ids = "&".join(f"id={number}" for number in numbers)
    return f"GET /actions?{ids}&page=1&sort=status&sort=id"
