"""What hurts when it is lost is not removed or replaced in passing."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.protected_kinds import HOST_CONFIG, protected_as
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for urn, changes in _by_urn(context).items():
        kind = protected_as(urn) or _nameserver(context, changes[0])
        protected = any(change.protected_before for change in changes)
        if not (kind or protected) or not any(change.operation.removes for change in changes):
            continue
        replaced = any(change.operation.replaces for change in changes)
        because = sorted({reason for change in changes for reason in change.replaced_because})
        verb = f"replaced because of {', '.join(because) or 'a request'}" if replaced else "deleted"
        what = kind or "a protected resource"
        yield Hit(
            f"{changes[0].name}, {what}, would be {verb}",
            [urn],
            severity=Severity.BLOCK if protected or replaced else Severity.DESTRUCTIVE,
        )


def _nameserver(context: GateContext, change: Change) -> str | None:
    """A configuration that is declared outside of the component, by its name in the model."""
    if context.declarations is None or change.type != HOST_CONFIG:
        return None
    names = {server.name for server in context.declarations.network.nameservers}
    return "a nameserver" if change.name in names else None


def _by_urn(context: GateContext) -> dict[str, list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in context.changes.effective:
        grouped.setdefault(change.urn, []).append(change)
    return grouped


RULE = Rule(
    identifier="protected-removal",
    title="addresses, zones, machines, nameservers and disks are not removed or replaced in passing",
    why=(
        "A new address cuts the backbone's tunnels and the glue; a removed zone stops every name in it. "
        "Taking the protection off and deleting are two changes with two approvals."
    ),
    severity=Severity.BLOCK,
    way_out=(
        "If it must go: first a change that only takes the protection off, then one that deletes. "
        "If it must stay: undo the change of the properties named"
    ),
    evaluate=_evaluate,
)
