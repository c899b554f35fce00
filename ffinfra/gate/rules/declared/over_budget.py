"""The network costs no more than there is money for."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.cost_change import cost_change, cost_of_step
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    cost = cost_change(context)
    if cost is None or cost.after <= cost.budget:
        return
    more = cost.after - cost.before
    servers = [change.urn for change in context.changes.effective if cost_of_step(change)]
    yield Hit(
        f"the hosts would cost {cost.after} EUR a month, {cost.after - cost.budget} more than the budget of"
        f" {cost.budget} ({more:+} EUR by this change)",
        servers or ["monthly_budget"],
        severity=Severity.NOTE if more < 0 else None,
    )


RULE = Rule(
    identifier="over-budget",
    title="the monthly cost stays within the budget",
    why="An association of volunteers pays for the machines and must know before they are ordered (row h).",
    severity=Severity.BLOCK,
    way_out="Choose a smaller type, let a machine go, or raise monthly_budget after asking those who pay",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
