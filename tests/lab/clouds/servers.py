"""Servers for tests: an order, and short ways to change and read them."""

from __future__ import annotations

from typing import Any

from tests.lab.clouds.bench import Bench

ORDER = {"name": "supernode1", "server_type": "ccx13", "image": "debian-12", "location": "fsn1"}


def ordered(bench: Bench, **changes: Any) -> dict[str, Any]:
    """The server of an order."""
    server: dict[str, Any] = bench.made("/servers", ORDER | changes, "server")
    return server


def read(bench: Bench, number: int) -> dict[str, Any]:
    server: dict[str, Any] = bench.hetzner("GET", f"/servers/{number}")[1]["server"]
    return server


def done(bench: Bench, number: int, verb: str, body: object = None) -> str:
    """Carry out an action; returns ``command status`` or the code of a refusal."""
    _, answer = bench.hetzner("POST", f"/servers/{number}/actions/{verb}", body)
    if "error" in answer:
        return str(answer["error"]["code"])
    return f"{answer['action']['command']} {answer['action']['status']}"


def refusal(bench: Bench, **changes: Any) -> tuple[int, str, str]:
    status, answer = bench.hetzner("POST", "/servers", ORDER | changes)
    return status, answer["error"]["code"], answer["error"]["message"]


def code(answer: tuple[int, Any]) -> str:
    """``done``, or the code of a refusal."""
    return str(answer[1]["error"]["code"]) if answer[1] and "error" in answer[1] else "done"
