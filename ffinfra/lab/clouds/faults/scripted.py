"""Faults that a test or a rehearsal orders: the next N calls that match a pattern meet this."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ffinfra.lab.clouds.faults.kinds import Api, FaultKind


class ExplicitAnswer(BaseModel):
    """An answer given instead of the real one; ``body`` is sent as JSON, nothing at all if it is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Annotated[int, Field(ge=200, le=599)]
    body: object = None
    headers: dict[str, str] = Field(default_factory=dict)


class ScriptedFault(BaseModel):
    """An order for the next calls.

    Attributes:
        api: which stand-in.
        method: such as ``POST``; ``*`` matches any.
        path: below the API's base, such as ``/zones/*/rrsets``; ``*`` matches any text, slashes too.
        times: how many calls; it is used up call by call, whether or not the fault had anything to act on.
        kind: what happens; or
        answer: what is answered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Api
    method: str = "*"
    path: str = "*"
    times: Annotated[int, Field(ge=1)] = 1
    kind: FaultKind | None = None
    answer: ExplicitAnswer | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> ScriptedFault:
        if (self.kind is None) == (self.answer is None):
            raise ValueError("give either kind or answer")
        return self

    def matches(self, api: Api, method: str, path: str) -> bool:
        """Whether this call is meant."""
        return self.api is api and fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)
