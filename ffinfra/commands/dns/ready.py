"""``ffinfra dns ready``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
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
    ZonesArgument,
    root_hints,
)
from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.naming import Family, Nameserver, absolute, short
from ffinfra.dns.delegation.modes import Mode
from ffinfra.dns.readiness.estimates import worst
from ffinfra.dns.readiness.expiry import lives_at_least
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.gathering import Asking, gather_facts
from ffinfra.dns.readiness.judging import ZoneReadiness, judge
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.proofs import keep_proofs, read_proofs
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.dns_schemas import ReadyForm, ZoneReadyForm
from ffinfra.stack import Declarations, read_declarations

TargetOption = Annotated[Mode, typer.Option("--to", help="The mode that is to be switched to.")]


def ready_command(  # noqa: PLR0913, PLR0917  an option each
    zones: ZonesArgument = None,
    target: TargetOption = Mode.FALLBACK,
    hints: HintsOption = None,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether zones could be switched now, why not, and how long it takes. Exit 0: ready; 3: not ready."""
    folder = the_project(project)
    declarations = chosen_zones(read_declarations(folder), zones)
    families = frozenset(family for family, used in ((Family.IPV4, ipv4), (Family.IPV6, ipv6)) if used)
    with talk().status(f"asking the nameservers of {len(declarations.zones)} zones"):
        found = asyncio.run(readiness(declarations, target, root_hints(hints), port, families))
    show_readiness(output(as_json), found)
    keep_seen(folder, declarations, found, datetime.now(UTC))
    form = ready_form(target, found)
    if as_json:
        print_json(form)
    raise typer.Exit(ExitCode.OK if form.ready else ExitCode.FINDING)


def ready_form(target: Mode, found: Sequence[ZoneReadiness]) -> ReadyForm:
    """Readiness for other tools."""
    return ReadyForm(
        target=target,
        ready=all(one.ready for one in found),
        eta_seconds=max(worst(one.estimates) for one in found),
        zones=tuple(ZoneReadyForm.of(one) for one in found),
    )


async def readiness(
    declarations: Declarations,
    target: Mode,
    hints: tuple[Nameserver, ...],
    port: int,
    families: frozenset[Family],
) -> tuple[ZoneReadiness, ...]:
    """Ask, and judge every zone."""
    async with LiveTransport(port=port) as transport:
        asking = Asking(transport, hints, families)
        facts = await gather_facts(asking, declarations.delegations, declarations.zones, target, os.environ)
    return tuple(
        judge(declarations.delegations, zone.declaration, target, found)
        for zone, found in zip(declarations.zones, facts, strict=True)
    )


def show_readiness(console: Console, found: Sequence[ZoneReadiness]) -> None:
    """READY or NOT READY, a zone a paragraph."""
    for one in found:
        word = "[bold green]READY[/]" if one.ready else "[bold red]NOT READY[/]"
        console.print(f"{word} {one.zone} to {one.target}: at most {worst(one.estimates)} s")
        for reason in one.reasons:
            console.print(f"  {reason.id}: {reason.what}. {reason.way_out}", markup=False)
        for estimate in one.estimates:
            console.print(f"  {estimate.resolver:<16} {estimate.seconds:>6} s", markup=False)
        for skipped in one.skipped:
            console.print(f"  skipped: {skipped.what}: {skipped.reason}", markup=False)


def keep_seen(
    project: Path, declarations: Declarations, found: Sequence[ZoneReadiness], now: datetime
) -> dict[str, int]:
    """Keep the dates for the runbook, and say how long secondaries live; zone -> seconds, where that is known.

    A checkout that cannot be written to is no reason to fail.
    """
    try:
        keep_proofs(project, found, now)
    except OSError as error:
        talk().print(f"the dates of this proof are not kept for ffinfra runbook: {error}", markup=False)
    proofs = read_proofs(project)
    if isinstance(proofs, Unknown):
        return {}
    soas = {zone.zone.origin: zone.zone.soa for zone in declarations.zones}
    asked = {(one.zone, one.target) for one in found}
    lives = {
        proof.zone: lives_at_least(soas[proof.zone], proof.primary_seen, now)
        for proof in proofs
        if (proof.zone, proof.target) in asked and proof.primary_seen is not None
    }
    for zone, seconds in lives.items():
        talk().print(f"secondaries of {zone} answer without their primary for at least {seconds} s")
    return lives


def chosen_zones(declarations: Declarations, names: list[str] | None) -> Declarations:
    """The declarations with the named zones alone.

    Raises:
        InvalidInputError: one of them is not declared.
    """
    if not names:
        return declarations
    wanted = {f"{short(absolute(name))}." for name in names}
    known = {zone.zone.origin for zone in declarations.zones}
    problems = [
        Problem(
            place=Place("dns/delegations.yaml"), what=f"there is no zone {name}",
            way_out=f"Known are: {', '.join(sorted(known))}",
        )
        for name in sorted(wanted - known)
    ]  # fmt: skip
    if problems:
        raise InvalidInputError(problems)
    kept = tuple(zone for zone in declarations.zones if zone.zone.origin in wanted)
    return Declarations(declarations.network, declarations.delegations, kept)
