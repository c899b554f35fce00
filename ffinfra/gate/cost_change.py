"""What a change does to the monthly cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.operations import Operation
from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.costs import monthly_total
from ffinfra.stack_kind import StackKind

_SERVER = "hcloud:index/server:Server"
_PRIMARY_IP = "hcloud:index/primaryIp:PrimaryIp"
_PARTS = (Operation.CREATE_REPLACEMENT, Operation.DELETE_REPLACED)
"""Parts of a replacement, which repeat what the whole says."""


@dataclass(frozen=True, slots=True)
class CostChange:
    """EUR a month, with VAT.

    Attributes:
        before: what the hosts cost until the change.
        after: what they are declared to cost.
        budget: what there is.
    """

    before: Decimal
    after: Decimal
    budget: Decimal

    def __str__(self) -> str:
        return f"{self.before} -> {self.after} EUR a month, of a budget of {self.budget}"


def cost_change(context: GateContext) -> CostChange | None:
    """The cost before and after; None where the stack holds no hosts or the declarations are not here.

    Before is counted back from the servers that the steps make, change and remove; what else differs between the
    declarations then and now, such as another price of a dedicated host, is no step and counts as ever the same.
    """
    if context.declarations is None or context.kind is not StackKind.PROD:
        return None
    network = context.declarations.network
    after = monthly_total(network)
    added = sum((cost_of_step(change) for change in context.changes.effective), Decimal(0))
    return CostChange(after - added, after, network.monthly_budget)


def cost_of_step(change: Change) -> Decimal:
    """What a step adds to the monthly cost, EUR."""
    if change.operation in _PARTS:
        return Decimal(0)
    return _price(change.type, change.new_inputs) - _price(change.type, change.old_inputs)


def _price(kind: str, inputs: Mapping[str, Any] | None) -> Decimal:
    catalogue = hcloud_catalogue()
    if inputs is not None and kind == _SERVER:
        known = catalogue.server_types.get(str(inputs.get("serverType")))
        return known.price if known else Decimal(0)
    if inputs is not None and kind == _PRIMARY_IP and inputs.get("type") == "ipv4":
        return catalogue.primary_ipv4_price
    return Decimal(0)
