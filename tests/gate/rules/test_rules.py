"""Every rule has a change that passes and one that does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ffinfra.dns.delegation.mode import Mode
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Skipped
from ffinfra.gate.rules import all_rules, evaluate, rules_of_changes
from tests.gate.rules.cases import FAILING, PASSING
from tests.gate.rules.contexts import NOW, findings
from tests.gate.rules.side_cases import failover_change


@pytest.mark.parametrize(("rule", "judged", "expected"), PASSING + FAILING)
def test_what_a_rule_says(rule: str, judged: Callable[[], GateContext], expected: list[str]) -> None:
    assert findings(rule, judged()) == expected


def test_a_delegation_that_does_not_follow_the_mode() -> None:
    said = findings("delegation-fits", failover_change(Mode.PRIMARY, Mode.PRIMARY, Mode.FALLBACK))
    assert said
    assert all("the parent would say" in one and "mode fallback means" in one for one in said)


def test_every_rule_has_both_cases() -> None:
    identifiers = {rule.identifier for rule in all_rules()}
    assert {rule for rule, _, _ in PASSING} == identifiers
    assert {rule for rule, _, _ in FAILING} == identifiers


def test_rules_that_need_declarations_stand_apart() -> None:
    """So that the model is imported only where the declarations are; each module there is named as its rule is."""
    apart = {rule.identifier for rule in all_rules()} - {rule.identifier for rule in rules_of_changes()}
    assert apart == {rule.identifier for rule in all_rules() if rule.needs_declarations}
    alone = GateContext(ChangeSet(()), NOW)
    assert [one.rule for one in evaluate(alone).skipped] == sorted(apart)


def test_every_rule_names_a_way_out() -> None:
    for _, judged, _ in FAILING:
        assert all(finding.way_out for finding in evaluate(judged()).findings)


def test_without_the_project_rules_are_skipped_by_name() -> None:
    verdict = evaluate(GateContext(changes=ChangeSet(()), now=NOW))
    reason = "the declarations that belong to this preview are not here"
    assert verdict.skipped == tuple(
        Skipped(rule.identifier, reason) for rule in all_rules() if rule.needs_declarations
    )
