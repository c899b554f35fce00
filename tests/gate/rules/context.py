"""Contexts for rules: the sample's declarations, and steps made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Finding
from ffinfra.gate.rules import evaluate
from ffinfra.stack import Declarations, StackKind, read_declarations
from tests.gate.digests import change_set
from tests.network.sample import CHECKOUT

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@cache
def sample() -> Declarations:
    """The declarations of the checkout."""
    return read_declarations(CHECKOUT)


def context(*steps: Mapping[str, Any], **more: Any) -> GateContext:
    """A context of prod with the sample's declarations; ``more`` are its fields."""
    fields: dict[str, Any] = {"declarations": sample(), "kind": StackKind.PROD, "now": NOW, **more}
    return GateContext(changes=fields.pop("changes", None) or change_set(*steps), **fields)


def findings(rule: str, judged: GateContext) -> list[Finding]:
    """What one rule says."""
    return [finding for finding in evaluate(judged).findings if finding.rule == rule]
