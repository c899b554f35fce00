"""What a check reports: findings with a level, cases skipped with a reason, a report for a zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from ffinfra.dns.check.question import NotRecorded

Argument = str | int


class Level(IntEnum):
    """How much a finding matters.

    Source: https://github.com/zonemaster/zonemaster, specification ``SeverityLevelDefinitions.md``.
    """

    DEBUG = 0
    INFO = 1
    NOTICE = 2
    WARNING = 3
    ERROR = 4
    CRITICAL = 5


@dataclass(frozen=True, slots=True)
class Message:
    """What a test case says: one of its tags, with arguments."""

    tag: str
    arguments: Mapping[str, Argument]


def message(tag: str, **arguments: Argument) -> Message:
    """A message of a test case; the tag must stand in the levels of the case."""
    return Message(tag, arguments)


@dataclass(frozen=True, slots=True)
class Finding:
    """A message with the case that it comes from and its level.

    Attributes:
        case: the id of the test case.
        tag: of the message.
        level: of the test case's specification.
        arguments: of the message.
        by_design: whether the declarations explain it, so that nobody has to act.
    """

    case: str
    tag: str
    level: Level
    arguments: Mapping[str, Argument]
    by_design: bool = False

    @property
    def weight(self) -> Level:
        """The level that counts: what is so by design is told as information at most."""
        return min(self.level, Level.INFO) if self.by_design else self.level


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a test case, or the rest of it, was not run.

    Attributes:
        reason: why.
        given_up: whether it was begun and took too long, so that nothing is known.
    """

    reason: str
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The result of one test case.

    Attributes:
        case: the id of the test case.
        findings: in the order in which the case made them.
        seconds: wall-clock time, shared questions counted where they were waited for.
        skipped: why it was not run, or None when it was.
    """

    case: str
    findings: tuple[Finding, ...]
    seconds: float
    skipped: Skipped | None = None


@dataclass(frozen=True, slots=True)
class ZoneReport:
    """The result of all test cases of one zone.

    Attributes:
        zone: its name without trailing dot; the root is a dot.
        cases: one report a test case, in the order of the cases.
        seconds: wall-clock time of the whole check.
        responses: how many answers were read, repeated ones included.
        not_recorded: questions that a replay could not answer; empty on a real network.
    """

    zone: str
    cases: tuple[CaseReport, ...]
    seconds: float
    responses: int
    not_recorded: tuple[NotRecorded, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all cases."""
        return tuple(finding for case in self.cases for finding in case.findings)

    @property
    def skipped(self) -> Mapping[str, Skipped]:
        """The cases that were not run, with the reason."""
        return {case.case: case.skipped for case in self.cases if case.skipped is not None}

    @property
    def complete(self) -> bool:
        """Whether no case was given up for want of time."""
        return not any(skipped.given_up for skipped in self.skipped.values())

    @property
    def tags(self) -> frozenset[str]:
        """The tags of all findings."""
        return frozenset(finding.tag for finding in self.findings)

    @property
    def worst(self) -> Level:
        """The highest level among the findings; a case that was skipped does not lower it."""
        return max((finding.level for finding in self.findings), default=Level.DEBUG)

    @property
    def weightiest(self) -> Level:
        """The same of what counts, differences by design apart."""
        return max((finding.weight for finding in self.findings), default=Level.DEBUG)
