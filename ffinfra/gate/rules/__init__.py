"""The gate's rules, one module a rule; pure functions of a context.

A module defines ``RULE``. ``all_rules`` finds the modules by walking this package, so none can be forgotten.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Finding, Severity, Skipped, Verdict
from ffinfra.gate.rules.rule import Hit, Rule

_ORDER = (Severity.BLOCK, Severity.DESTRUCTIVE, Severity.NOTE)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by identifier."""
    modules = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "rule"]
    rules: list[Rule] = [importlib.import_module(f"{__name__}.{name}").RULE for name in modules]
    return tuple(sorted(rules, key=lambda rule: rule.identifier))


def evaluate(context: GateContext) -> Verdict:
    """Apply every rule; the most severe findings come first."""
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    for rule in all_rules():
        if rule.needs_declarations and context.declarations is None:
            skipped.append(
                Skipped(rule.identifier, "the declarations that belong to this preview are not here")
            )
            continue
        if context.kind is not None and context.kind not in rule.stacks:
            skipped.append(Skipped(rule.identifier, f"stack {context.kind} does not hold what it judges"))
            continue
        findings.extend(_finding(rule, hit) for hit in rule.evaluate(context))
    findings.sort(key=lambda finding: (_ORDER.index(finding.severity), finding.rule, finding.resources))
    return Verdict(tuple(findings), tuple(skipped))


def _finding(rule: Rule, hit: Hit) -> Finding:
    return Finding(
        rule=rule.identifier,
        severity=hit.severity or rule.severity,
        reason=hit.reason,
        resources=tuple(sorted(hit.resources)),
        way_out=hit.way_out or rule.way_out,
    )
