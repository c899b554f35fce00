"""Run a table of scenarios: ``python -m tests.dns.replay SCENARIOS.jsonl DATA_DIR [--json]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.dns.replay.scenarios import Judged, Result, judge, read_scenarios, world_of


async def judge_all(table: Path, folder: Path) -> list[Judged]:
    """Judge every scenario of a table, one recording after the other."""
    scenarios = read_scenarios(table)
    find = world_of(scenarios, folder)
    return [await judge(scenario, find(scenario.datafile)) for scenario in scenarios]


def totals_of(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Counts by test case and result, and for all test cases together."""
    counts: dict[str, Counter[Result]] = {}
    for one in judged:
        counts.setdefault(one.scenario.testcase, Counter())[one.result] += 1
    ordered = {testcase: counts[testcase] for testcase in sorted(counts)}
    ordered["all"] = Counter(one.result for one in judged)
    return {name: {result.value: count[result] for result in Result} for name, count in ordered.items()}


def as_json(judged: Sequence[Judged]) -> str:
    """The results as one JSON object."""
    rows = [
        {
            "testcase": one.scenario.testcase,
            "scenario": one.scenario.scenario,
            "zone": one.scenario.zone,
            "result": one.result.value,
            "missing": list(one.missing),
            "forbidden": list(one.forbidden),
        }
        for one in judged
    ]
    return json.dumps({"scenarios": rows, "totals": totals_of(judged)}, indent=1)


def as_table(judged: Sequence[Judged]) -> str:
    """The results for people: counts by test case, then what did not pass."""
    lines = [f"{'test case':<16}{'pass':>6}{'fail':>6}{'not applicable':>16}"]
    lines += [
        f"{name:<16}{count['pass']:>6}{count['fail']:>6}{count['not_applicable']:>16}"
        for name, count in totals_of(judged).items()
    ]
    for one in judged:
        if one.result is not Result.PASS:
            told = [f"{one.result.value}: {one.scenario.testcase} {one.scenario.scenario}"]
            told += [f"missing {', '.join(one.missing)}"] if one.missing else []
            told += [f"forbidden {', '.join(one.forbidden)}"] if one.forbidden else []
            told += [one.reason] if one.reason else []
            lines.append("; ".join(told))
    return "\n".join(lines)


def main() -> int:
    """Print the results; 3 when a scenario fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.dns.replay", description=__doc__)
    parser.add_argument("table", type=Path, metavar="SCENARIOS.jsonl")
    parser.add_argument(
        "folder", type=Path, metavar="DATA_DIR", help="holds the recordings, or a folder recordings"
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    arguments = parser.parse_args()
    judged = asyncio.run(judge_all(arguments.table, arguments.folder))
    sys.stdout.write((as_json(judged) if arguments.json else as_table(judged)) + "\n")
    return 3 if any(one.result is Result.FAIL for one in judged) else 0


if __name__ == "__main__":
    sys.exit(main())
