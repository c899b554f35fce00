"""The gate's rules, one module a rule; pure functions of a context.

A module defines ``RULE``. ``all_rules`` finds the modules by walking this package, so none can be forgotten.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Finding, Severity, Skipped, Verdict
from ffinfra.gate.rules import declared
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.gate.waiving import idle, in_force, waived

_DECLARED = [module.name for module in pkgutil.iter_modules(declared.__path__)]
"""The modules of rules that need the declarations; each is named as its rule is."""
_ORDER = (Severity.BLOCK, Severity.DESTRUCTIVE, Severity.NOTE)

_NOT_HERE = "the declarations that belong to this preview are not here"


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by identifier."""
    return _by_identifier([*rules_of_changes(), *_imported(declared.__name__, _DECLARED)])


@cache
def rules_of_changes() -> tuple[Rule, ...]:
    """The rules that need nothing but the preview; the model is not imported for them."""
    return _by_identifier(_imported(__name__, [name for name in _modules(__path__) if name != "rule"]))


def _modules(folder: Iterable[str]) -> list[str]:
    return [module.name for module in pkgutil.iter_modules(folder) if not module.ispkg]


def _imported(package: str, names: Iterable[str]) -> list[Rule]:
    return [importlib.import_module(f"{package}.{name}").RULE for name in names]


def _by_identifier(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.identifier))


def waivable_rules(own: Iterable[Rule] = ()) -> frozenset[str]:
    """The identifiers that a waiver may name."""
    return frozenset(rule.identifier for rule in (*all_rules(), *own) if rule.waivable)


def evaluate(context: GateContext) -> Verdict:
    """Apply every rule and the waivers; the most severe findings come first, waived ones last."""
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    judged: set[str] = set()
    here = all_rules() if context.declarations else rules_of_changes()
    if not context.declarations:
        skipped += [Skipped(name.replace("_", "-"), _NOT_HERE) for name in _DECLARED]
    for rule in (*here, *context.own_rules):
        reason = _inapplicable(rule, context)
        if reason:
            skipped.append(Skipped(rule.identifier, reason))
            continue
        judged.add(rule.identifier)
        findings.extend(_finding(rule, hit) for hit in rule.evaluate(context))
    waivers = in_force(context.waivers, context.waivable, context.now.date())
    findings = [waived(finding, waivers) for finding in dict.fromkeys(findings)]
    findings += idle(waivers, findings, judged)
    findings.sort(key=_place)
    return Verdict(tuple(findings), tuple(sorted(skipped, key=lambda one: one.rule)))


def _inapplicable(rule: Rule, context: GateContext) -> str:
    """Why a rule cannot be applied; empty when it can."""
    if rule.needs_declarations and context.declarations is None:
        return _NOT_HERE
    if context.kind is not None and context.kind not in rule.stacks:
        return f"stack {context.kind} does not hold what it judges"
    return ""


def _place(finding: Finding) -> tuple[bool, int, str, tuple[str, ...]]:
    return bool(finding.waived), _ORDER.index(finding.severity), finding.rule, finding.resources


def _finding(rule: Rule, hit: Hit) -> Finding:
    return Finding(
        rule=rule.identifier,
        severity=hit.severity or rule.severity,
        reason=hit.reason,
        resources=tuple(sorted(hit.resources)),
        way_out=hit.way_out or rule.way_out,
    )
