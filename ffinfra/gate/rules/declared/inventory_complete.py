"""Whatever expires has its day noted, so that it can be warned of."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.credential_inventory import without_a_day
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    for used in without_a_day(context.declarations.network, context.declarations.delegations):
        yield Hit(f"no day is noted for {used}", [f"credentials of {used}"])


RULE = Rule(
    identifier="inventory-complete",
    title="everything in use that expires is listed under credentials",
    why="What nobody wrote down is what locks everybody out (row a): no warning can be given of it.",
    severity=Severity.NOTE,
    way_out=(
        "List it under credentials in the stack file, with its kind, its subject (a token: its variable), and"
        " expires, or made with rotate_after"
    ),
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
