"""The ready-made sets of fault rules.

``mild`` holds only what the official plugins retry, and less of it per path than they try: hcloud five times,
the Python cloudflare client twice. So everything succeeds in the end.
"""

from __future__ import annotations

from typing import assert_never

from ffinfra.lab.clouds.faults.kinds import Api, FaultKind, FaultRule, FaultSettings, Profile

_MILD = (
    FaultRule(api=Api.HETZNER, kind=FaultKind.RATE_LIMITED, probability=0.02, most_per_path=2),
    FaultRule(api=Api.HETZNER, kind=FaultKind.CONFLICT, probability=0.01, most_per_path=1),
    FaultRule(api=Api.HETZNER, kind=FaultKind.BAD_GATEWAY, probability=0.01, most_per_path=1),
    FaultRule(api=Api.HETZNER, kind=FaultKind.SLOW_ACTION, probability=0.02, most_per_path=1),
    FaultRule(api=Api.CLOUDFLARE, kind=FaultKind.RATE_LIMITED, probability=0.02, most_per_path=1),
    FaultRule(api=Api.CLOUDFLARE, kind=FaultKind.UNAVAILABLE, probability=0.01, most_per_path=1),
)

_HARSH = (
    *_MILD,
    FaultRule(api=Api.HETZNER, kind=FaultKind.LOCKED, probability=0.02),
    FaultRule(api=Api.HETZNER, kind=FaultKind.SERVER_ERROR, probability=0.01),
    FaultRule(api=Api.HETZNER, kind=FaultKind.UNAVAILABLE, probability=0.01),
    FaultRule(api=Api.HETZNER, kind=FaultKind.LOST_ANSWER, probability=0.01),
    FaultRule(api=Api.HETZNER, kind=FaultKind.FAILING_ACTION, probability=0.02),
    FaultRule(api=Api.CLOUDFLARE, kind=FaultKind.CONFLICT, probability=0.01),
    FaultRule(api=Api.CLOUDFLARE, kind=FaultKind.SERVER_ERROR, probability=0.02),
    FaultRule(api=Api.CLOUDFLARE, kind=FaultKind.LOST_ANSWER, probability=0.01),
)


def rules_of(settings: FaultSettings) -> tuple[FaultRule, ...]:
    """The rules in force: those given, else the profile's."""
    if settings.rules is not None:
        return settings.rules
    match settings.profile:
        case Profile.OFF:
            return ()
        case Profile.MILD:
            return _MILD
        case Profile.HARSH:
            return _HARSH
    assert_never(settings.profile)
