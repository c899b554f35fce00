"""Scenarios: what a test case must and must not say about a recorded zone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from ffinfra.dns.check.asn import AsnOverDns
from ffinfra.dns.check.findings import ZoneReport
from ffinfra.dns.check.naming import Nameserver, absolute
from ffinfra.dns.check.question import NotRecorded, Question
from ffinfra.dns.check.registry import registry
from ffinfra.dns.check.response import Outcome
from ffinfra.dns.check.run import check_zone
from ffinfra.dns.check.undelegated import Undelegated
from ffinfra.problems import InvalidInputError
from tests.dns.replay.hints import hints_of
from tests.dns.replay.recording import Recording

ASN_DATABASE = "asnlookup.zonemaster.net"
"""The database of Zonemaster's default profile; recordings of Connectivity03 and 04 hold its answers."""


@dataclass(frozen=True)
class Scenario:
    """One line of a scenario table; the undelegated data as it stands there."""

    testcase: str
    scenario: str
    zone: str
    expected: tuple[str, ...]
    forbidden: tuple[str, ...]
    datafile: str
    undelegated_ns: tuple[str, ...] = ()
    undelegated_ds: tuple[str, ...] = ()

    @property
    def given(self) -> set[str]:
        """The addresses that the scenario brings."""
        return {one.partition("/")[2] for one in self.undelegated_ns if "/" in one}

    def undelegated(self) -> Undelegated | None:
        """The planned delegation, if the scenario has one.

        Raises:
            InvalidInputError: it cannot be read.
        """
        if not self.undelegated_ns and not self.undelegated_ds:
            return None
        return Undelegated.parse(self.undelegated_ns, self.undelegated_ds)


class Result(Enum):
    """How a scenario ended."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Judged:
    """A scenario with its result, and what made it fail or inapplicable."""

    scenario: Scenario
    result: Result
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    reason: str = ""
    report: ZoneReport | None = field(default=None, compare=False)


def read_scenarios(path: Path) -> list[Scenario]:
    """Read a table, one JSON object a line."""
    return [_scenario(json.loads(line)) for line in path.read_text().splitlines() if line.strip()]


def _scenario(row: dict[str, object]) -> Scenario:
    def texts(key: str) -> tuple[str, ...]:
        value = row.get(key) or []
        assert isinstance(value, list)
        return tuple(_text(one) for one in value)

    return Scenario(
        testcase=str(row["testcase"]).lower(),
        scenario=str(row["scenario"]),
        zone=str(row["zone"]),
        expected=texts("expected"),
        forbidden=texts("forbidden"),
        datafile=str(row.get("datafile") or ""),
        undelegated_ns=texts("undelegated_ns"),
        undelegated_ds=texts("undelegated_ds"),
    )


def _text(value: object) -> str:
    """A DS record may stand there as an object with its four fields."""
    if isinstance(value, dict):
        return ",".join(str(value[field]) for field in ("keytag", "algorithm", "type", "digest"))
    return str(value)


@dataclass(frozen=True)
class World:
    """One recording with its root servers."""

    recording: Recording
    hints: tuple[Nameserver, ...]


def world_of(scenarios: Iterable[Scenario], folder: Path) -> Callable[[str], World | None]:
    """A function from the name of a recording to its world, or None where the file is not there."""
    given = {one.datafile: set[str]() for one in scenarios}
    for one in scenarios:
        given[one.datafile] |= one.given

    @cache
    def find(datafile: str) -> World | None:
        places = [folder / datafile, folder / "recordings" / datafile]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            return None
        recording = Recording.read(path)
        return World(recording, hints_of(recording, given[datafile]))

    return find


class Listening:
    """A recording that counts what it could say about one zone: answers, and recorded silence."""

    def __init__(self, recording: Recording, zone: str) -> None:
        self._recording = recording
        self._zone = absolute(zone)
        self.heard = 0

    async def ask(self, address: str, question: Question) -> Outcome:
        """The recorded answer."""
        outcome = await self._recording.ask(address, question)
        about_zone = question.name.is_subdomain(self._zone)
        self.heard += about_zone and not isinstance(outcome, NotRecorded)
        return outcome


async def judge(scenario: Scenario, world: World | None) -> Judged:
    """Run the test case of a scenario and compare the tags.

    Where nothing at all is recorded about the zone, no verdict is given, not even a favourable one.
    """
    if scenario.testcase not in registry():
        return Judged(scenario, Result.NOT_APPLICABLE, reason="the test case is not implemented")
    if world is None:
        return Judged(scenario, Result.NOT_APPLICABLE, reason="the recording is not there")
    try:
        listening = Listening(world.recording, scenario.zone)
        report = await check_zone(
            scenario.zone,
            transport=listening,
            hints=world.hints,
            undelegated=scenario.undelegated(),
            asn_table=AsnOverDns(ASN_DATABASE),
            cases=[scenario.testcase],
        )
    except InvalidInputError as error:
        return Judged(scenario, Result.NOT_APPLICABLE, reason=f"the scenario cannot be read: {error}")
    missing = tuple(tag for tag in scenario.expected if tag not in report.tags)
    forbidden = tuple(tag for tag in scenario.forbidden if tag in report.tags)
    if listening.heard == 0 and report.not_recorded:
        reason = f"nothing about the zone is recorded ({len(report.not_recorded)} questions not recorded)"
        return Judged(scenario, Result.NOT_APPLICABLE, missing, forbidden, reason, report)
    result = Result.FAIL if missing or forbidden else Result.PASS
    return Judged(scenario, result, missing, forbidden, report=report)
