"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.stack_kind import StackKind

HOLDING_HOSTS = frozenset({StackKind.PROD})
"""The stacks that hold machines."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a rule found; what it leaves open is the rule's own."""

    reason: str
    resources: Iterable[str]
    way_out: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        identifier: stable for life; waivers and other tools name it.
        title: what it demands, in half a sentence.
        why: what happened, or would, without it.
        severity: of its findings, unless a hit says otherwise.
        way_out: what to do, unless a hit says otherwise.
        evaluate: the pure function that finds.
        needs_declarations: whether it needs the project beside the preview.
        stacks: the kinds of stacks that it judges; what a stack does not hold must not stop its change.
        waivable: whether waivers.yaml may name it.
    """

    identifier: str
    title: str
    why: str
    severity: Severity
    way_out: str
    evaluate: Callable[[GateContext], Iterable[Hit]]
    needs_declarations: bool = False
    stacks: frozenset[StackKind] = frozenset(StackKind)
    waivable: bool = True
