"""Seconds and questions of live checks: ``python -m bench.dns_check [--zones 1 100] [--repeat 5]``.

All servers run on loopback: a root, a top-level domain and two servers of the zones, knotd each. Every zone
gets all test cases, IPv4 only. One line of JSON a number of zones: seconds (minimum and median), questions
sent, both for one zone, and a question's and a zone's seconds divided by those of one bare question of dnspython to
the same server, so that lines of different machines compare.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.yardstick import seconds_a_bare_question
from ffinfra.dns.check.findings import Level, ZoneReport
from ffinfra.dns.check.run import check_zones
from tests.dns.check.live_world import NS1, NS2, Served, World, apex, world

SERVERS = {"ns1": NS1, "ns2": NS2}


async def check_once(built: World, zones: Sequence[str]) -> tuple[float, int, tuple[ZoneReport, ...]]:
    """Check zones once: seconds, questions sent, and the reports."""
    started = time.perf_counter()
    async with built.transport() as transport:
        reports = await check_zones(zones, transport=transport, hints=built.hints, ipv6=False)
        return time.perf_counter() - started, transport.questions, reports


def measure(built: World, zones: Sequence[str], repeat: int, bare: float) -> dict[str, float]:
    """Check the same zones several times; ``bare`` is the seconds of one bare question."""
    runs = [asyncio.run(check_once(built, zones)) for _ in range(repeat)]
    broken = {
        one.tag
        for _, _, reports in runs
        for each in reports
        for one in each.findings
        if one.level is Level.CRITICAL
    }
    if broken:
        sys.exit(f"the zones are broken: {sorted(broken)}")
    seconds = [run[0] for run in runs]
    questions = runs[0][1]
    return {
        "zones": len(zones),
        "seconds_min": round(min(seconds), 3),
        "seconds_median": round(statistics.median(seconds), 3),
        "questions": questions,
        "seconds_a_zone": round(min(seconds) / len(zones), 4),
        "questions_a_zone": round(questions / len(zones), 1),
        "milliseconds_a_question": round(1000 * min(seconds) / questions, 3),
        "milliseconds_a_bare_question": round(1000 * bare, 3),
        "question_to_bare_question": round(min(seconds) / questions / bare, 2),
        "zone_to_bare_question": round(min(seconds) / len(zones) / bare, 1),
    }


def main() -> None:
    """Print one line for each number of zones."""
    parser = argparse.ArgumentParser(prog="python -m bench.dns_check")
    parser.add_argument("--zones", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    zones = [f"zone{number}.test" for number in range(max(arguments.zones))]
    served = {zone: Served(apex(zone, SERVERS)) for zone in zones}
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as built:
        for address in SERVERS.values():
            built.serve(address, served)
        for zone in zones:
            built.delegate(zone, SERVERS)
        built.serve_top()
        bare = seconds_a_bare_question(NS1, built.port, zones[0])
        for count in arguments.zones:
            sys.stdout.write(json.dumps(measure(built, zones[:count], arguments.repeat, bare)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
