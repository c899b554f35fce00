"""Kinds of faults, and the settings that say how often each strikes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Api(StrEnum):
    """The two stand-ins."""

    HETZNER = "hetzner"
    CLOUDFLARE = "cloudflare"


class FaultKind(StrEnum):
    """What a call meets. The first seven are answered before anything is done.

    ``LOST_ANSWER`` does the work and then answers 504, so that a repeated POST finds its own object.
    ``SLOW_ACTION`` and ``FAILING_ACTION`` concern the action that the call starts (Hetzner only).
    """

    RATE_LIMITED = "rate_limited"
    CONFLICT = "conflict"
    LOCKED = "locked"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    UNAVAILABLE = "unavailable"
    GATEWAY_TIMEOUT = "gateway_timeout"
    LOST_ANSWER = "lost_answer"
    SLOW_ACTION = "slow_action"
    FAILING_ACTION = "failing_action"


class Profile(StrEnum):
    """A ready-made set of rules (ffinfra/lab/clouds/faults/profiles.py)."""

    OFF = "off"
    MILD = "mild"
    HARSH = "harsh"


class FaultRule(BaseModel):
    """How often one kind strikes one API.

    Attributes:
        api: which of the two.
        kind: what happens.
        probability: of each call, 0 to 1.
        most_per_path: how often it strikes one method and path at most; None = without bound.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Api
    kind: FaultKind
    probability: Annotated[float, Field(ge=0, le=1)]
    most_per_path: Annotated[int, Field(ge=0)] | None = None


class FaultSettings(BaseModel):
    """What strikes unasked.

    Attributes:
        profile: the default, ``mild``, has only faults that the official plugins retry.
        seed: the same seed gives the same faults to the n-th call of each method and path, however calls of
            different paths interleave.
        retry_after_seconds: sent with 429; the Hetzner plugin ignores it, the Cloudflare plugin obeys it.
        rules: instead of the profile's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Profile = Profile.MILD
    seed: int = 1
    retry_after_seconds: Annotated[int, Field(ge=0)] = 1
    rules: tuple[FaultRule, ...] | None = None
