"""All cases: of each rule some that pass and some that do not."""

from __future__ import annotations

from tests.gate.rules import (
    cloudflare_cases,
    delegation_cases,
    exception_cases,
    host_cases,
    machine_cases,
    network_cases,
    preflight_cases,
    preview_cases,
    record_cases,
    removal_cases,
    side_cases,
    step_cases,
)
from tests.gate.rules.contexts import Case

_THEMES = (
    step_cases,
    delegation_cases,
    network_cases,
    host_cases,
    machine_cases,
    record_cases,
    removal_cases,
    side_cases,
    exception_cases,
    preflight_cases,
    cloudflare_cases,
    preview_cases,
)
PASSING: list[Case] = [case for theme in _THEMES for case in theme.PASSING]
FAILING: list[Case] = [case for theme in _THEMES for case in theme.FAILING]
