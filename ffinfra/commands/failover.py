"""``ffinfra failover``."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.dns.asking import HintsOption, Ipv4Option, Ipv6Option, PortOption, root_hints
from ffinfra.commands.dns.ready import keep_seen, readiness, show_readiness
from ffinfra.commands.printing import JsonOption, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, gate_of
from ffinfra.commands.rebuild_run import RebuildRun
from ffinfra.commands.switch_run import SwitchRun
from ffinfra.dns.check.naming import Family
from ffinfra.dns.delegation.modes import Mode
from ffinfra.dns.readiness.estimates import worst
from ffinfra.dns.readiness.judging import ZoneReadiness
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.convergence import Converged, Lookout, watch
from ffinfra.failover.hindrances import cost, hindrances
from ffinfra.failover.standby import standby
from ffinfra.failover.switching import Switch
from ffinfra.problems import BlockedError, InvalidInputError, OperationalError, Place, Problem
from ffinfra.report.dns_schemas import FailoverForm, RebuiltForm
from ffinfra.stack import Declarations, read_declarations

ModeOption = Annotated[Mode, typer.Option("--to", help="The mode to switch to.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Switch although the target is not ready.")]
ApproveOption = Annotated[
    bool, typer.Option("--approve", help="Sign the change now, where no approval made ahead fits.")
]
ResolverOption = Annotated[
    list[str] | None, typer.Option("--resolver", help="A resolver to watch, by address; may be repeated.")
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

    Exit 0: everything has followed; 3: not ready, or blocked; 4: no approval fits; 1: not followed in time.
    """
    console = talk()
    families = frozenset(family for family, used in ((Family.IPV4, ipv4), (Family.IPV6, ipv6)) if used)
    switch = Switch(gate_of(project, stack), target)
    declarations = read_declarations(switch.gate.project)
    lookout = Lookout(declarations, target, root_hints(hints), _resolvers(resolver), port, families)
    run = SwitchRun(switch, lookout, console, key, sign=sign)
    if rebuild:
        RebuildRun(switch, lookout, console, run).take_over()
        if as_json:
            print_json(RebuiltForm(stack=stack))
        raise typer.Exit(ExitCode.OK)
    with console.status("asking whether the target is ready"):
        found = asyncio.run(readiness(declarations, target, lookout.hints, port, families))
    show_readiness(console, found)
    keep_seen(switch.gate.project, declarations, found, datetime.now(UTC))
    _refuse_unready(console, declarations, found, force=force)
    changed = run.take_stages()
    eta = max(worst(one.estimates) for one in found)
    lookout = replace(lookout, trust=switch.standing().trust)
    seconds = run.await_hand(lookout)
    until = time.monotonic() + (eta if seconds > 0 else _left(switch, eta))
    if not lookout.resolvers:
        console.print("resolvers are not watched; name some with --resolver")
    with console.status("watching the parent and the resolvers") as status:
        converged = watch(lookout, until, status.update)
    _tell(console, target, converged, changed=changed)
    _tell_standby(console, switch)
    if as_json:
        print_json(
            FailoverForm(
                target=target,
                changed=changed,
                forced=force,
                eta_seconds=eta,
                converged=not converged.waiting,
                seconds=round(converged.seconds, 1),
                waiting=converged.waiting,
            )
        )
    raise typer.Exit(ExitCode.FAILED if converged.waiting else ExitCode.OK)


def _refuse_unready(
    console: Console, declarations: Declarations, found: Sequence[ZoneReadiness], *, force: bool
) -> None:
    """No jump onto a dead target, unless a person wants it and has been told the cost."""
    costs: list[str] = []
    for zone, one in zip(declarations.zones, found, strict=True):
        reasons = hindrances(declarations.delegations, zone.declaration, one)
        if reasons:
            costs.append(cost(declarations.delegations, zone.declaration, one, reasons))
    if not costs:
        return
    word = "[bold yellow]forced[/]" if force else "[bold red]refused[/]: the target is not ready"
    console.print(f"{word}; --force switches all the same, which costs:")
    for line in costs:
        console.print(f"  {line}", markup=False)
    if not force:
        raise BlockedError("the target is not ready", "ffinfra dns ready says why; --force goes all the same")


def _left(switch: Switch, eta: int) -> float:
    """Seconds that are left of the worst case, counted from when the change was applied."""
    done = switch.done_at()
    passed = (datetime.now(UTC) - done).total_seconds() if done is not None else 0.0
    return max(0.0, eta - passed)


def _tell(console: Console, target: Mode, converged: Converged, *, changed: bool) -> None:
    if converged.waiting:
        console.print(f"[red]not followed in time[/]: {len(converged.waiting)}")
        for one in converged.waiting:
            console.print(f"  {one}", markup=False)
        console.print("run the same command again to go on watching")
        return
    word = "switched" if changed else "already there"
    console.print(
        f"[bold green]{word}[/]: everything has followed to {target}, {converged.seconds:.1f} s watched"
    )


def _tell_standby(console: Console, switch: Switch) -> None:
    """Whether the other way is signed ahead; that it cannot be told is no reason to fail."""
    try:
        console.print(str(standby(switch.gate, datetime.now(UTC))), markup=False)
    except (InvalidInputError, OperationalError) as error:
        console.print(f"standby: not known ({error})", markup=False)


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
