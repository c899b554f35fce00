"""Records for tests of the Cloudflare stand-in: a plain one, and short ways to make and read them."""

from __future__ import annotations

from typing import Any

from tests.lab.clouds.bench import PARENT_ID, Bench

RECORDS = f"/zones/{PARENT_ID}/dns_records"
A = {"name": "www", "type": "A", "content": "192.0.2.7", "ttl": 300, "proxied": False}
DIGEST = {"key_tag": 7, "algorithm": 13, "digest_type": 2, "digest": "ab" * 32}
PLACE = {
    "lat_degrees": 52, "lat_minutes": 22, "lat_seconds": 23.5, "lat_direction": "N",
    "long_degrees": 9, "long_minutes": 43, "long_seconds": 55, "long_direction": "E",
    "altitude": 60, "size": 1, "precision_horz": 10000, "precision_vert": 10,
}  # fmt: skip


def made(bench: Bench, **changes: Any) -> dict[str, Any]:
    status, answer = bench.cloudflare("POST", RECORDS, A | changes)
    assert status == 200, answer
    record: dict[str, Any] = answer["result"]
    return record


def refused(bench: Bench, method: str, path: str, body: object) -> tuple[int, int, str]:
    status, answer = bench.cloudflare(method, path, body)
    assert (answer["success"], answer["result"], answer["messages"]) == (False, None, [])
    [error] = answer["errors"]
    return status, error["code"], error["message"]


def served(bench: Bench) -> list[str]:
    """The lines behind SOA and apex NS."""
    return bench.served("musterstadt.example", by="cloudflare")[4:]
