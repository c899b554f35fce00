"""Every call that reached one of the two APIs, for tests to assert on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.faults.kinds import Api


@dataclass(frozen=True, slots=True)
class Entry:
    """One call.

    Attributes:
        number: counted from 1 since the start, in the order in which calls were answered.
        time: when the call came in, RFC 3339 in UTC.
        api: which stand-in.
        method: in upper case.
        path: below the API's base.
        query: pairs of name and value.
        body: JSON without secrets, or None.
        status: of the answer.
        fault: the fault's kind, ``scripted_answer``, or None.
        milliseconds: from the call's arrival to its answer.
    """

    number: int
    time: str
    api: Api
    method: str
    path: str
    query: list[list[str]]
    body: object
    status: int
    fault: str | None
    milliseconds: int

    def shape(self) -> JsonObject:
        """As JSON."""
        return {
            "number": self.number,
            "time": self.time,
            "api": self.api.value,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": self.body,
            "status": self.status,
            "fault": self.fault,
            "milliseconds": self.milliseconds,
        }


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls are wanted; None = all. ``path`` is a pattern in which ``*`` matches any text."""

    api: Api | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    faulty: bool | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether this call is wanted."""
        return (
            (self.api is None or entry.api is self.api)
            and (self.method is None or entry.method == self.method.upper())
            and (self.path is None or fnmatchcase(entry.path, self.path))
            and (self.status is None or entry.status == self.status)
            and (self.faulty is None or (entry.fault is not None) is self.faulty)
        )


class History:
    """The calls so far; numbers go on after a clear."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._next = 1

    def number(self) -> int:
        """The number of the next entry."""
        number = self._next
        self._next += 1
        return number

    def add(self, entry: Entry) -> None:
        """Keep a call."""
        self._entries.append(entry)

    def entries(self, wanted: Filter) -> Sequence[Entry]:
        """The calls that the filter takes, oldest first."""
        return [entry for entry in self._entries if wanted.takes(entry)]

    def clear(self) -> int:
        """Forget all calls; returns how many there were."""
        count = len(self._entries)
        self._entries.clear()
        return count
