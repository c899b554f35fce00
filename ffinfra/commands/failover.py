"""``ffinfra failover``."""

from __future__ import annotations

import ipaddress
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.dns.asking import (
    HintsOption,
    Ipv4Option,
    Ipv6Option,
    PortOption,
    Where,
    where_to_ask,
)
from ffinfra.commands.dns.ready import keep_seen, readiness, show_readiness
from ffinfra.commands.printing import JsonOption, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, gate_of
from ffinfra.commands.rebuild_run import RebuildRun
from ffinfra.commands.standing_by import offer_standby
from ffinfra.commands.switch_run import SwitchRun
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.verdict import ZoneReadiness
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.convergence import Converged, Lookout, watch
from ffinfra.failover.hindrances import cost
from ffinfra.failover.switching import Switch
from ffinfra.problems import BlockedError, InvalidInputError, Place, Problem
from ffinfra.report.dns_schemas import FailoverForm, RebuiltForm
from ffinfra.stack import read_declarations

ModeOption = Annotated[Mode, typer.Option("--to", help="The mode to switch to.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Switch although the target is not ready.")]
ApproveOption = Annotated[
    bool, typer.Option("--approve", help="Sign the change now, where no approval made ahead fits.")
]
ResolverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver",
        help="A resolver to watch, by address; may be repeated; instead of those of dns/delegations.yaml.",
    ),
]
RebuildOption = Annotated[
    bool,
    typer.Option("--rebuild", help="Switch nothing: make a stack whose state is lost anew from what stands."),
]
KeyOption = Annotated[Path | None, typer.Option("--key", help="The SSH key to sign with.")]


def failover_command(  # noqa: PLR0913, PLR0917  an option each
    target: ModeOption = Mode.FALLBACK,
    force: ForceOption = False,
    sign: ApproveOption = False,
    resolver: ResolverOption = None,
    stack: Annotated[str, typer.Option("--stack", "-s", help="The stack with the delegation.")] = "failover",
    key: KeyOption = None,
    rebuild: RebuildOption = False,
    hints: HintsOption = None,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Switch the delegation and watch until the world has followed; a second run goes on, or does nothing.

    Exit 0: everything has followed; 3: not ready, or blocked; 4: no approval fits; 1: not seen to follow in time.
    """
    where = where_to_ask(hints, port, ipv4=ipv4, ipv6=ipv6)
    switch = Switch(gate_of(project, stack), target)
    declarations = read_declarations(switch.gate.project)
    watched = _resolvers(resolver) or tuple(map(str, declarations.delegations.resolvers))
    lookout = Lookout(declarations, target, where.hints, watched, where.port, where.families)
    run = SwitchRun(switch, lookout, talk(), key, sign=sign)
    if rebuild:
        RebuildRun(switch, lookout, talk(), run).take_over()
        if as_json:
            print_json(RebuiltForm(stack=stack))
        raise typer.Exit(ExitCode.OK)
    found = _refuse_unready(run, where, force=force)
    changed = run.take_stages()
    converged = _watch(run, max(one.following for one in found))
    _tell(talk(), target, converged, changed=changed)
    offer_standby(talk(), switch.gate, key, ask=sys.stdin.isatty())
    if as_json:
        eta = max(one.eta for one in found)
        print_json(FailoverForm.of(target, converged, changed=changed, forced=force, eta=eta))
    raise typer.Exit(ExitCode.FAILED if converged.waiting else ExitCode.OK)


def _refuse_unready(run: SwitchRun, where: Where, *, force: bool) -> tuple[ZoneReadiness, ...]:
    """No jump onto a dead target, unless a person wants it and has been told the cost."""
    console, declarations = run.console, run.lookout.declarations
    project = run.switch.gate.project
    with console.status("asking whether the target is ready"):
        found = readiness(project, declarations, declarations.zones, run.switch.target, where)
    show_readiness(console, found)
    keep_seen(project, found, datetime.now(UTC))
    costs = [
        cost(declarations.delegations, zone.declaration, one)
        for zone, one in zip(declarations.zones, found, strict=True)
        if not one.ready
    ]
    if costs:
        word = "[bold yellow]forced[/]" if force else "[bold red]refused[/]: the target is not ready"
        console.print(f"{word}; --force switches all the same, which costs:")
        for line in costs:
            console.print(f"  {line}", markup=False)
        if not force:
            raise BlockedError(
                "the target is not ready", "ffinfra dns ready says why; --force goes all the same"
            )
    return found


def _watch(run: SwitchRun, following: int) -> Converged:
    """Watch for as long as resolvers may take at worst, counted from when the parent was changed."""
    lookout = replace(run.lookout, trust=run.switch.standing().trust)
    seconds = run.await_hand(lookout)
    until = time.monotonic() + (following if seconds > 0 else _left(run.switch, following))
    if not lookout.resolvers:
        run.console.print(
            "resolvers are not watched; declare resolvers in dns/delegations.yaml, or --resolver"
        )
    with run.console.status("watching the parent and the resolvers") as status:
        return watch(lookout, until, status.update)


def _left(switch: Switch, eta: int) -> float:
    """Seconds that are left of the worst case, counted from when the change was applied."""
    done = switch.done_at()
    passed = (datetime.now(UTC) - done).total_seconds() if done is not None else 0.0
    return max(0.0, eta - passed)


def _tell(console: Console, target: Mode, converged: Converged, *, changed: bool) -> None:
    if converged.waiting:
        console.print(f"[red]not seen to follow in time[/]: {len(converged.waiting)}")
        for one in converged.waiting:
            console.print(f"  {one}", markup=False)
        console.print("run the same command again to go on watching")
        return
    word = "switched" if changed else "already there"
    console.print(
        f"[bold green]{word}[/]: everything has followed to {target}, {converged.seconds:.1f} s watched"
    )


def _resolvers(given: list[str] | None) -> tuple[str, ...]:
    problems = []
    for one in given or []:
        try:
            ipaddress.ip_address(one)
        except ValueError as error:
            problems.append(
                Problem(place=Place("--resolver"), what=str(error), way_out="Give an address such as 9.9.9.9")
            )
    if problems:
        raise InvalidInputError(problems)
    return tuple(dict.fromkeys(given or []))
