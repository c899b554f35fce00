"""One HTTP call and its answer, as the handlers of both APIs see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

JsonObject = dict[str, object]


class Fate(StrEnum):
    """How the work that a call starts is going to end; decided by a fault before the call is handled."""

    NORMAL = "normal"
    SLOW = "slow"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed the token check and was not answered by a fault.

    Attributes:
        method: in upper case.
        path: below the API's base, such as ``/zones/1001``.
        params: the variable parts of the path, decoded.
        query: the query in order; a name may occur several times.
        body: as sent.
        fate: what becomes of an action this call starts.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    fate: Fate = Fate.NORMAL

    def wanted(self, name: str) -> str | None:
        """The first value of a query parameter, or None."""
        return next((value for key, value in self.query if key == name), None)

    def all_wanted(self, name: str) -> list[str]:
        """Every value of a query parameter."""
        return [value for key, value in self.query if key == name]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a JSON value (None = no body) and further headers."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
