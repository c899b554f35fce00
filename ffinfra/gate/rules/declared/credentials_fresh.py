"""What expires is renewed before it locks somebody out."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.gate.switches import is_switch
from ffinfra.network.credentials import CredentialState, Urgency, credential_states


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """The declarations are those after the change, so a change that renews it finds nothing to say.

    It is only told of a switch of the delegation: in an emergency that must pass.
    """
    assert context.declarations is not None
    told_only = is_switch(context)
    credentials = context.declarations.network.credentials
    for state in credential_states(credentials, context.now.date()):
        match state.urgency:
            case Urgency.FINE:
                continue
            case Urgency.SOON:
                severity = Severity.NOTE
            case Urgency.URGENT | Urgency.EXPIRED:
                severity = Severity.NOTE if told_only else Severity.BLOCK
        yield Hit(_reason(state), [f"credentials.{state.credential.name}"], _way_out(state), severity)


def _reason(state: CredentialState) -> str:
    one = state.credential
    verb = (
        f"expired on {one.last_day}" if state.days < 0 else f"expires on {one.last_day}, in {state.days} days"
    )
    return f"{one.kind} {one.name} {verb}; without it: {one.unlocks}"


def _way_out(state: CredentialState) -> str:
    return f"{state.credential.owner} renews it and notes the new day under credentials in the stack file"


RULE = Rule(
    identifier="credentials-fresh",
    title="nothing expires within 7 days",
    why="Expired client certificates locked everybody out while two supernodes were down (row a).",
    severity=Severity.BLOCK,
    way_out="Renew it and note the new day",
    evaluate=_evaluate,
    needs_declarations=True,
)
