"""What a rule is, what it finds, and how a finding is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ffinfra.problems import Place

if TYPE_CHECKING:
    from ffinfra.dns.lint.context import Context


class Level(Enum):
    """How bad a finding is."""

    ERROR = "error"
    """It does not work, or does something else than it says."""
    WARNING = "warning"
    """It works for some, or not for long, or is hardly meant so."""
    INFO = "info"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found; the rule's id, level and source are added to it.

    Attributes:
        owner: the name.
        type: the record type; None where the name as a whole is meant.
        message: what is wrong, with the value.
        way_out: what to do.
        value: the record's value, to find its place; None for the whole set.
        place: where it stands, if the rule knows better than by owner, type and value.
    """

    owner: str
    type: str | None
    message: str
    way_out: str
    value: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: stable; users refer to it.
        level: how bad its findings are.
        title: what is found, in half a sentence.
        source: the RFC section or page that it follows.
        check: finds it in one zone.
    """

    id: str
    level: Level
    title: str
    source: str
    check: Callable[[Context], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a rule in a zone.

    Attributes:
        rule: the rule's id.
        level: how bad it is.
        zone: the zone's name.
        owner: the record's name.
        type: the record's type; None where the name or the zone as a whole is meant.
        place: where it is declared; None where no file is known.
        message: what is wrong.
        way_out: what to do.
        source: what the rule follows.
    """

    rule: str
    level: Level
    zone: str
    owner: str
    type: str | None
    place: Place | None
    message: str
    way_out: str
    source: str

    def __str__(self) -> str:
        """One line, such as ``dns/zones/m.zone:9:1: error: www.m.example. CNAME: ... [cname-other-data]``."""
        where = f"{self.place}: " if self.place is not None else ""
        what = f"{self.owner} {self.type}" if self.type is not None else self.owner
        message = self.message.removesuffix(".")
        return f"{where}{self.level.value}: {what}: {message}. {self.way_out} [{self.rule}]"
