"""Management is reached from the declared prefixes only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

_FIREWALL = "hcloud:index/firewall:Firewall"
PORTS = {22: "SSH", 9100: "the node exporter", 9324: "the BIRD exporter"}
WIDEST = {4: 16, 6: 32}
"""Shortest prefix by IP version that still is a network of somebody's and not the world."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for change in context.changes.effective:
        if change.type == _FIREWALL and change.new_inputs is not None:
            yield from _firewall(change, change.new_inputs.get("rules"))
    if context.declarations is not None:
        for prefix in context.declarations.network.management_prefixes:
            if _wide(str(prefix)):
                yield Hit(f"management_prefixes holds {prefix}", ["management_prefixes"])


def _firewall(change: Change, rules: object) -> Iterator[Hit]:
    hidden = why_hidden(rules)
    if hidden:
        yield Hit(
            f"a rule of {change.name} is {hidden}, so what it lets in cannot be judged",
            [change.urn],
            "Give the rules as values, not as what another resource will have",
        )
        return
    for rule in rules if isinstance(rules, list) else ():
        yield from _opened(change, rule)


def _opened(change: Change, rule: Mapping[str, Any]) -> Iterator[Hit]:
    wide = sorted(str(source) for source in rule.get("sourceIps") or () if _wide(str(source)))
    if not wide or rule.get("direction") != "in" or rule.get("protocol") != "tcp":
        return
    for port, what in PORTS.items():
        if _covers(str(rule.get("port")), port):
            yield Hit(f"{change.name} would let {', '.join(wide)} reach {what} (port {port})", [change.urn])


def _covers(ports: str, port: int) -> bool:
    """Whether a port or a range holds it; ``any`` and what cannot be read hold all."""
    first, _, last = ports.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        return True
    return int(first) <= port <= int(last or first)


def _wide(prefix: str) -> bool:
    """Whether it is no network of somebody's; what cannot be read counts as the world."""
    try:
        network = ip_network(prefix, strict=False)
    except ValueError:
        return True
    return network.prefixlen < WIDEST[network.version]


RULE = Rule(
    identifier="management-open",
    title="SSH and the exporters are open to no more than the management prefixes",
    why="An open SSH port is found within minutes, and the exporters tell everything about a machine.",
    severity=Severity.BLOCK,
    way_out="Name the prefixes that the administrators come from in management_prefixes",
    evaluate=_evaluate,
)
