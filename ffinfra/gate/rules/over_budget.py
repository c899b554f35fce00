"""The network costs no more than there is money for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.costs import monthly_total

_SERVER = "hcloud:index/server:Server"


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    total, budget = monthly_total(network), network.monthly_budget
    if total <= budget:
        return
    more = sum((_difference(change) for change in context.changes.effective), Decimal(0))
    servers = [change.urn for change in context.changes.effective if _difference(change)]
    yield Hit(
        f"the hosts would cost {total} EUR a month, {total - budget} more than the budget of {budget}"
        f" ({more:+} EUR by this change)",
        servers or ["monthly_budget"],
        severity=Severity.NOTE if more < 0 else None,
    )


def _difference(change: Change) -> Decimal:
    """What a step adds to the monthly cost, EUR; the parts of a replacement repeat what the whole says."""
    if change.type != _SERVER or change.operation in (
        Operation.CREATE_REPLACEMENT,
        Operation.DELETE_REPLACED,
    ):
        return Decimal(0)
    return _price(change.new_inputs) - _price(change.old_inputs)


def _price(inputs: Mapping[str, Any] | None) -> Decimal:
    known = hcloud_catalogue().server_types.get(str((inputs or {}).get("serverType")))
    return known.price if known else Decimal(0)


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
