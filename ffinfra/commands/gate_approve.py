"""``ffinfra approve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.approve_run import ApproveRun
from ffinfra.commands.breaking_glass import BreakGlassOption, SkipRuleOption, override_of
from ffinfra.commands.gate import LiveOption
from ffinfra.commands.printing import JsonOption, print_json
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.dns.delegation.mode import Mode
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.stack import IN_ORDER

AllOption = Annotated[
    bool,
    typer.Option("--all", help="Both stacks, with one signature: failover and prod."),
]
KeyOption = Annotated[Path | None, typer.Option("--key", help="The SSH key to sign with.")]
StandbyOption = Annotated[
    Mode | None,
    typer.Option(
        "--standby", help="Sign a failover to this mode ahead, with all its stages; valid for 30 days."
    ),
]


def approve_command(  # noqa: PLR0913, PLR0917 - an option each
    approval: Annotated[str | None, typer.Argument(help="An approval to add a signature to.")] = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    key: KeyOption = None,
    standby: StandbyOption = None,
    both: AllOption = False,
    break_glass: BreakGlassOption = None,
    skip_rule: SkipRuleOption = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Preview, show, and sign what was shown. Exit 0: signed; 3: the change is blocked."""
    run = ApproveRun(key, override_of(break_glass, skip_rule), live, as_json)
    if both:
        _refuse_with_all(approval, stack, standby)
        joint = run.every([gate_of(project, one.value) for one in IN_ORDER])
        if as_json:
            print_json(joint)
        return
    gate = gate_of(project, stack)
    form = run.one(gate, approval) if standby is None else run.ahead(gate, standby, approval)
    if as_json:
        print_json(form)


def _refuse_with_all(approval: str | None, stack: str | None, standby: Mode | None) -> None:
    if approval or stack or standby:
        what = "takes no approval, no --stack and no --standby: it is both stacks, as they are"
        raise InvalidInputError([Problem(place=Place("--all"), what=what, way_out="Leave one of them out")])
