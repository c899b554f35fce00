"""Every rule that can be waived has a failing case that is, and every other one has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Finding
from ffinfra.gate.rules import all_rules, evaluate, waivable_rules
from tests.gate.rules.cases import FAILING
from tests.gate.rules.exception_cases import waiver


def _waived_case(rule: str, judged: Callable[[], GateContext]) -> tuple[list[Finding], list[Finding]]:
    """What a rule finds before and after each of its findings got a waiver of its own."""
    before = judged()
    found = [one for one in evaluate(before).findings if one.rule == rule]
    patterns = {_pattern(one.resources) for one in found if one.resources}
    waivers = tuple(waiver(rule, pattern) for pattern in sorted(patterns))
    return found, [one for one in evaluate(replace(before, waivers=waivers)).findings if one.rule == rule]


def _pattern(resources: tuple[str, ...]) -> str:
    """One that fits all of them: the resource itself, or the longest text that they share."""
    first, *others = resources
    if not others:
        return first
    parts = (first[start:end] for start in range(len(first)) for end in range(start + 1, len(first) + 1))
    return f"*{max((part for part in parts if all(part in one for one in others)), key=len)}*"


WAIVABLE = [(rule, judged) for rule, judged, _ in FAILING if rule in waivable_rules()]


@pytest.mark.parametrize(("rule", "judged"), WAIVABLE)
def test_every_failing_case_can_be_waived(rule: str, judged: Callable[[], GateContext]) -> None:
    """By one waiver for each finding; what names no resource stays."""
    found, after = _waived_case(rule, judged)
    stay = [one.reason for one in found if not one.resources]
    assert [one.reason for one in after if not one.waived] == stay
    assert [one.waived for one in after if one.waived] == [
        "waived until 2026-12-31 by alex: known, and borne until then"
    ] * (len(found) - len(stay))


def test_every_rule_that_can_be_waived_has_a_waived_case() -> None:
    waived = {rule for rule, judged in WAIVABLE if any(one.waived for one in _waived_case(rule, judged)[1])}
    assert waived == waivable_rules()


@pytest.mark.parametrize("rule", sorted({rule.identifier for rule in all_rules()} - waivable_rules()))
def test_what_cannot_be_waived_stays(rule: str) -> None:
    """The other half of the walk."""
    for identifier, judged, _ in FAILING:
        if identifier != rule:
            continue
        verdict = evaluate(replace(judged(), waivers=(waiver(rule, "*:::*"),)))
        assert all(not one.waived for one in verdict.findings)
        assert any("names no rule that can be waived" in one.reason for one in verdict.findings)
