"""Rules that a signer breaks on purpose, as they are named on the command line."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ffinfra.gate.record import Override
from ffinfra.gate.rules import all_rules
from ffinfra.problems import InvalidInputError, Place, Problem

BreakGlassOption = Annotated[
    str | None,
    typer.Option("--break-glass", help="Why the rules of --skip-rule count for nothing this once."),
]
SkipRuleOption = Annotated[
    list[str] | None, typer.Option("--skip-rule", help="A rule to override; with --break-glass.")
]
_EXAMPLE: Final = 'Such as --skip-rule shared-cpu --break-glass "sn5 is all that is left tonight"'


def override_of(reason: str | None, rules: list[str] | None) -> Override | None:
    """What both options say together; None where neither is given.

    Raises:
        InvalidInputError: one of them is missing or does not do.
    """
    if reason is None and not rules:
        return None
    fixed = {rule.identifier for rule in all_rules() if not rule.waivable}
    problems = [f"{rule} cannot be overridden" for rule in rules or [] if rule in fixed]
    if reason is None or not 10 <= len(reason) <= 500 or not reason.isprintable():
        problems.append("--break-glass needs a reason of 10 to 500 characters")
    if not rules:
        problems.append("--break-glass needs the rules that it breaks, each with --skip-rule")
    if reason is None or not rules or problems:
        raise InvalidInputError(
            [Problem(place=Place("--break-glass"), what=what, way_out=_EXAMPLE) for what in problems]
        )
    return Override(rules=tuple(sorted(set(rules))), reason=reason)
