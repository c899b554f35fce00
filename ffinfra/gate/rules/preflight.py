"""What the providers' APIs would refuse only during the update is refused before."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext, TokenShape
from ffinfra.gate.findings import Severity
from ffinfra.gate.preflight.offers import not_offered
from ffinfra.gate.preflight.record_values import not_canonical
from ffinfra.gate.preflight.refused_by_account import would_refuse
from ffinfra.gate.preflight.refused_by_cloudflare import would_clash
from ffinfra.gate.preflight.unique_names import duplicates
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    changes = context.changes
    yield from not_offered(changes.effective, context.account, context.now.date())
    for change in changes.effective:
        yield from not_canonical(change)
    yield from duplicates(changes.changes)
    yield from would_refuse(
        changes, context.account, context.declarations.network if context.declarations else None
    )
    yield from would_clash(changes, context.cloudflare)
    yield from _tokens(context)


def _tokens(context: GateContext) -> Iterator[Hit]:
    for variable, shape in sorted(context.tokens.items()):
        match shape:
            case TokenShape.FITTING:
                continue
            case TokenShape.MISSING:
                yield Hit(
                    f"{variable} is not set",
                    (),
                    f"Export {variable}; the update would fail without it",
                )
            case TokenShape.MALFORMED:
                yield Hit(f"{variable} does not have the form of such a token", (), "Copy the token anew")


RULE = Rule(
    identifier="preflight",
    title="what the APIs would refuse is refused before",
    why="A preview asks the APIs nothing, so a wrong name shows only in the middle of an update.",
    severity=Severity.BLOCK,
    way_out="Correct the value named; --live (preview, approve, apply) asks the APIs what they hold and offer",
    evaluate=_evaluate,
)
