"""Previews as SARIF 2.1.0 (OASIS), which code hosts show as alerts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from ffinfra.gate.findings import Severity
from ffinfra.gate.rules import all_rules
from ffinfra.report.plain import plain
from ffinfra.report.schemas import FindingForm, PreviewForm

_LEVELS: Final = {Severity.BLOCK: "error", Severity.DESTRUCTIVE: "warning", Severity.NOTE: "note"}


def sarif(previews: Sequence[PreviewForm]) -> str:
    """The document; waived findings are suppressed results."""
    rules = {
        rule.identifier: {
            "id": rule.identifier,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.why},
            "help": {"text": rule.way_out},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in all_rules()
    }
    results = [_result(preview, finding) for preview in previews for finding in preview.findings]
    for result in results:
        rules.setdefault(result["ruleId"], {"id": result["ruleId"]})
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "ffinfra", "rules": [rules[name] for name in sorted(rules)]}},
                "results": results,
            }
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _result(preview: PreviewForm, finding: FindingForm) -> dict[str, Any]:
    """Code hosts need a file: the stack's own stands for places that no line is known of."""
    file = f"Pulumi.{plain(preview.stack)}.yaml" if preview.stack else "Pulumi.yaml"
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}},
    }
    if finding.resources:
        location["logicalLocations"] = [{"fullyQualifiedName": plain(one)} for one in finding.resources]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": plain(f"{finding.reason}. Way out: {finding.way_out}")},
        "locations": [location],
    }
    if finding.waived:
        result["suppressions"] = [{"kind": "external", "justification": plain(finding.waived)}]
    return result
