"""What the benches divide their seconds by, so that lines of different machines compare."""

from __future__ import annotations

import asyncio
import time

import dns.asyncquery
import dns.message

QUESTIONS = 300


async def _ask(address: str, port: int, name: str) -> None:
    for _ in range(QUESTIONS):
        await dns.asyncquery.udp(dns.message.make_query(name, "SOA"), address, timeout=5, port=port)


def seconds_a_bare_question(address: str, port: int, name: str) -> float:
    """One question after the other by dnspython alone, over UDP on loopback; the best of three runs."""
    runs = []
    for _ in range(3):
        started = time.perf_counter()
        asyncio.run(_ask(address, port, name))
        runs.append((time.perf_counter() - started) / QUESTIONS)
    return min(runs)
