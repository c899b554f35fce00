"""Zonemaster's recorded scenarios, with the totals of each test case pinned."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ffinfra.dns.check.naming import absolute
from ffinfra.dns.check.question import NotRecorded, Question
from ffinfra.dns.check.response import Response
from tests.dns.replay.__main__ import as_json, as_table, judge_all, totals_of
from tests.dns.replay.recording import Recording
from tests.dns.replay.scenarios import Judged

PASSED = {
    "address01": 8,
    "address02": 1,
    "basic02": 13,
    "connectivity01": 1,
    "connectivity02": 1,
    "connectivity03": 3,
    "connectivity04": 11,
    "consistency01": 2,
    "consistency04": 2,
    "consistency05": 9,
    "consistency06": 2,
    "delegation01": 5,
    "delegation02": 5,
    "delegation03": 3,
    "delegation05": 1,
    "delegation06": 1,
    "delegation07": 1,
    "dnssec02": 4,
    "dnssec04": 1,
    "dnssec07": 5,
    "dnssec08": 4,
    "dnssec09": 4,
    "dnssec11": 3,
    "nameserver01": 3,
    "nameserver02": 2,
    "nameserver03": 1,
    "nameserver06": 2,
    "syntax04": 0,
    "zone01": 5,
    "zone02": 1,
    "zone05": 1,
    "zone06": 2,
    "zone08": 3,
    "zone09": 9,
    "zone10": 1,
    "zone11": 9,
}
NOT_APPLICABLE = {"syntax04": 2}
"""Nothing is recorded about these two zones (docs/ZONEMASTER.md)."""


@pytest.fixture(scope="module")
def judged(shared_data: Path) -> list[Judged]:
    """All scenarios, judged."""
    folder = shared_data / "zonemaster"
    return asyncio.run(judge_all(folder / "scenarios.jsonl", folder))


@pytest.mark.full
def test_every_scenario_with_a_recording_passes(judged: list[Judged]) -> None:
    expected = {
        testcase: {"pass": count, "fail": 0, "not_applicable": NOT_APPLICABLE.get(testcase, 0)}
        for testcase, count in PASSED.items()
    }
    expected["all"] = {
        "pass": sum(PASSED.values()),
        "fail": 0,
        "not_applicable": sum(NOT_APPLICABLE.values()),
    }
    assert totals_of(judged) == expected


@pytest.mark.full
def test_the_results_are_printed_for_people_and_for_programs(judged: list[Judged]) -> None:
    printed = json.loads(as_json(judged))
    assert set(printed) == {"scenarios", "totals"}
    assert len(printed["scenarios"]) == len(judged)
    assert {
        "testcase": "zone09",
        "scenario": "NO-MX-SLD",
        "zone": "no-mx-sld.zone09.xa",
        "result": "pass",
        "missing": [],
        "forbidden": [],
    } in printed["scenarios"]
    assert "not_applicable: syntax04 Test-syntax:ns1.nic.fr; nothing about the zone is recorded" in as_table(
        judged
    )


def test_a_recording_answers_what_was_asked_and_nothing_else(shared_data: Path) -> None:
    recording = Recording.read(shared_data / "zonemaster" / "recordings" / "Test-zone09-1.data")
    found = 0
    for _, address in recording.servers:
        for outcome in recording.recorded(address):
            assert isinstance(outcome, Response)
            asked = outcome.message.question[0]
            again = asyncio.run(recording.ask(address, Question(asked.name, asked.rdtype)))
            found += again is outcome
    assert found == sum(len(recording.recorded(address)) for _, address in recording.servers)
    unknown = Question(absolute("unknown.example"), asked.rdtype)
    assert asyncio.run(recording.ask(address, unknown)) == NotRecorded(address, unknown)
