"""``ffinfra dns ready``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.dns.asking import (
    HintsOption,
    Ipv4Option,
    Ipv6Option,
    NeedAccountOption,
    PortOption,
    Where,
    ZonesArgument,
    where_to_ask,
)
from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.naming import absolute, short
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.signed_switch import shown
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import Unknown, ZoneFacts
from ffinfra.dns.readiness.gathering import Known, gather_facts
from ffinfra.dns.readiness.judging import judge
from ffinfra.dns.readiness.staging import planned
from ffinfra.dns.readiness.verdict import ZoneReadiness
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.proofs import keep_proofs, primary_last_seen, read_proofs
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.dns_schemas import ReadyForm
from ffinfra.stack import Declarations, read_declarations

TargetOption = Annotated[Mode, typer.Option("--to", help="The mode that is to be switched to.")]


def ready_command(  # noqa: PLR0913, PLR0917  an option each
    zones: ZonesArgument = None,
    target: TargetOption = Mode.FALLBACK,
    need_account: NeedAccountOption = False,
    hints: HintsOption = None,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether zones could be switched now, why not, and how long it takes. Exit 0: ready; 3: not ready."""
    folder = the_project(project)
    declarations = read_declarations(folder)
    asked = chosen_zones(declarations, zones)
    where = where_to_ask(hints, port, ipv4=ipv4, ipv6=ipv6)
    with talk().status(f"asking the nameservers of {len(asked)} zones"):
        found = readiness(folder, declarations, asked, target, where, need_account=need_account)
    show_readiness(output(as_json), found)
    keep_seen(folder, found, datetime.now(UTC))
    if as_json:
        print_json(ReadyForm.of(target, found))
    raise typer.Exit(ExitCode.OK if all(one.ready for one in found) else ExitCode.FINDING)


def readiness(
    project: Path,
    declarations: Declarations,
    zones: Sequence[DeclaredZone],
    target: Mode,
    where: Where,
    *,
    need_account: bool = False,
) -> tuple[ZoneReadiness, ...]:
    """Ask, and judge every zone."""
    now = datetime.now(UTC)
    proofs = read_proofs(project)
    seen = {} if isinstance(proofs, Unknown) else primary_last_seen(proofs)
    unconfirmed = {zone: round((now - at).total_seconds()) for zone, at in seen.items()}
    known = Known(os.environ, unconfirmed, need_account)
    facts = asyncio.run(_gathered(declarations, zones, target, where, known))
    delegations = declarations.delegations
    said = {origin: one.parent for origin, one in facts.items()}
    plan = planned(delegations, (one.zone for one in declarations.zones), said, target)
    return tuple(
        judge(delegations, zone.declaration, target, facts[zone.zone.origin], plan) for zone in zones
    )


async def _gathered(
    declarations: Declarations, zones: Sequence[DeclaredZone], target: Mode, where: Where, known: Known
) -> Mapping[str, ZoneFacts]:
    async with LiveTransport(port=where.port) as transport:
        asking = Asking(transport, where.hints, where.families, where.port)
        facts = await gather_facts(asking, declarations.delegations, zones, target, known)
    return {zone.zone.origin: one for zone, one in zip(zones, facts, strict=True)}


def show_readiness(console: Console, found: Sequence[ZoneReadiness]) -> None:
    """READY or NOT READY, a zone a paragraph."""
    for one in found:
        word = "[bold green]READY[/]" if one.ready else "[bold red]NOT READY[/]"
        console.print(f"{word} {one.zone} to {one.target}: at most {one.eta} s")
        for line in _lines(one):
            console.print(f"  {line}", markup=False)


def _lines(found: ZoneReadiness) -> Sequence[str]:
    lines = [f"{reason.id}: {reason.what}. {reason.way_out}" for reason in found.reasons]
    if len(found.way) > 1:
        lines.append(f"in stages: {shown(found.way)}")
    lines += [f"{one.resolver:<16} {one.seconds:>6} s" for one in found.estimates]
    if found.expiry is not None:
        lines.append(f"secondaries answer without their primary for at least {found.expiry} s")
    if found.signatures is not None:
        lines.append(f"signatures are valid for at least {found.signatures} s")
    lines += [f"remark: {one.id}: {one.what}. {one.way_out}" for one in found.remarks]
    return [*lines, *(f"skipped: {one.what}: {one.reason}" for one in found.skipped)]


def keep_seen(project: Path, found: Sequence[ZoneReadiness], now: datetime) -> None:
    """Keep the dates for the runbook and for what expires.

    A checkout that cannot be written to is no reason to fail.
    """
    try:
        keep_proofs(project, found, now)
    except OSError as error:
        talk().print(f"the dates of this proof are not kept for ffinfra runbook: {error}", markup=False)


def chosen_zones(declarations: Declarations, names: list[str] | None) -> tuple[DeclaredZone, ...]:
    """The named zones, or all.

    Raises:
        InvalidInputError: one of them is not declared.
    """
    if not names:
        return declarations.zones
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
    return tuple(zone for zone in declarations.zones if zone.zone.origin in wanted)
