"""Cases of the rules on exceptions: waivers, and a community's own rules."""

from __future__ import annotations

from datetime import date

from ffinfra.gate.context import GateContext
from ffinfra.gate.overrides import OpenOverride
from ffinfra.gate.waivers import Waiver
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import NOW, Case, context, machine, sample, with_network

SHARED = with_network(**machine(sample().network, "hc1", server_type="cx33"))


def waiver(rule: str, resources: str, expires: str = "2026-12-31") -> Waiver:
    """A waiver of alex."""
    return Waiver(
        rule=rule,
        resources=resources,
        reason="known, and borne until then",
        owner="alex",
        expires=date.fromisoformat(expires),
    )


def _waived(*waivers: Waiver, kind: StackKind = StackKind.PROD) -> GateContext:
    return context(declarations=SHARED, waivers=waivers, kind=kind)


TOO_LONG = "the waiver of shared-cpu on supernodes.sn5 would last until 2028-01-01, over a year"

PASSING: list[Case] = [
    ("waivers-hold", lambda: _waived(waiver("shared-cpu", "supernodes.sn5")), []),
    (
        "waivers-hold",
        lambda: _waived(waiver("shared-cpu", "supernodes.*"), waiver("shared-cpu", "*.sn6")),
        [],
    ),
    ("own-rules-run", context, []),
    ("glass-broken", context, []),
]

FAILING: list[Case] = [
    (
        "waivers-hold",
        lambda: _waived(waiver("shared-cpu", "supernodes.sn5", "2026-11-23")),
        [
            "note: the waiver of shared-cpu on supernodes.sn5 expired on 2026-11-23",
        ],
    ),
    (
        "waivers-hold",
        lambda: _waived(waiver("shared-cpu", "supernodes.sn9")),
        ["note: the waiver of shared-cpu on supernodes.sn9 is not needed by this change"],
    ),
    (
        "waivers-hold",
        lambda: _waived(waiver("shared-cpu", "*sn5*")),
        ["block: the waiver of shared-cpu on *sn5* is too broad"],
    ),
    (
        "waivers-hold",
        lambda: _waived(waiver("shared-cpu", "supernodes.sn5", "2028-01-01")),
        [f"block: {TOO_LONG}"],
    ),
    (
        "waivers-hold",
        lambda: _waived(waiver("shared-cpu", "supernodes.sn5", "2028-01-01"), kind=StackKind.FAILOVER),
        [f"note: {TOO_LONG}"],
    ),
    (
        "waivers-hold",
        lambda: _waived(waiver("hooked", "supernodes.sn5")),
        ["block: the waiver of hooked on supernodes.sn5 names no rule that can be waived"],
    ),
    (
        "glass-broken",
        lambda: context(
            overrides=[OpenOverride("ab" * 32, NOW, ("shared-cpu", "survives"), "sn5 was all that was left")]
        ),
        [("note: on 2026-11-24 03:00 UTC shared-cpu, survives was overridden: sn5 was all that was left")],
    ),
    (
        "own-rules-run",
        lambda: context(own_rules_broken="NameError: name 'x' is not defined (gate_rules.py:3)"),
        ["block: gate_rules.py cannot be run: NameError: name 'x' is not defined (gate_rules.py:3)"],
    ),
]
