"""``ffinfra dns check``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from enum import StrEnum
from functools import partial
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
    text_of,
    zone_names,
)
from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption
from ffinfra.dns.check.asn import AsnTable
from ffinfra.dns.check.by_design import Design, as_declared, design_of
from ffinfra.dns.check.findings import Level, ZoneReport
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.registry import chosen
from ffinfra.dns.check.run import ZONE_SECONDS, check_zones
from ffinfra.dns.check.sentences import lines_of
from ffinfra.dns.check.undelegated import Undelegated
from ffinfra.dns.delegation.reading import read_delegations
from ffinfra.exit_codes import ExitCode
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem
from ffinfra.project import find_project
from ffinfra.report.dns_schemas import CheckForm, ZoneCheckForm


class Shown(StrEnum):
    """From which level on findings are shown to people; the JSON has all."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"

    @property
    def level(self) -> Level:
        """The level of the checks."""
        return Level[self.name]


CasesOption = Annotated[
    list[str] | None, typer.Option("--case", help="A test case, such as basic02; may be repeated.")
]
NameserversOption = Annotated[
    list[str] | None,
    typer.Option("--ns", help="Try a delegation that is not published: NAME or NAME/ADDRESS; repeated."),
]
DsOption = Annotated[
    list[str] | None, typer.Option("--ds", help="The same for DS: TAG,ALGORITHM,DIGESTTYPE,DIGEST; repeated.")
]
AsnOption = Annotated[
    Path | None,
    typer.Option("--asn-table", help="Lines of prefix and AS number; Connectivity03 and 04 need it."),
]
LevelOption = Annotated[Shown, typer.Option("--level", help="Show findings from this level on.")]
SecondsOption = Annotated[float, typer.Option("--seconds", min=1.0, help="How long one zone may take.")]


def check_command(  # noqa: PLR0913, PLR0917  an option each
    zones: ZonesArgument = None,
    case: CasesOption = None,
    ns: NameserversOption = None,
    ds: DsOption = None,
    asn_table: AsnOption = None,
    hints: HintsOption = None,
    level: LevelOption = Shown.NOTICE,
    seconds: SecondsOption = ZONE_SECONDS,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check zones as the world sees them, from the root down. Exit 0: no error; 3: errors, or not all was done."""
    names = zone_names(zones, project)
    cases = tuple(one.id for one in chosen(case))
    table = AsnTable.parse(text_of(asn_table), str(asn_table)) if asn_table else None
    checking = partial(
        check_zones,
        names,
        hints=root_hints(hints),
        undelegated=_planned(names, ns or [], ds or []),
        asn_table=table,
        cases=cases,
        ipv4=ipv4,
        ipv6=ipv6,
        zone_seconds=seconds,
    )
    designs = _designs(project)
    with talk().status(f"asking the nameservers of {len(names)} zones"):
        reports = _declared(asyncio.run(_run(checking, port)), designs)
    _show(output(as_json), reports, level.level)
    if as_json:
        print_json(CheckForm(zones=tuple(ZoneCheckForm.of(report) for report in reports)))
    sound = all(report.weightiest < Level.ERROR and report.complete for report in reports)
    raise typer.Exit(ExitCode.OK if sound else ExitCode.FINDING)


async def _run(
    checking: Callable[..., Coroutine[None, None, tuple[ZoneReport, ...]]], port: int
) -> tuple[ZoneReport, ...]:
    async with LiveTransport(port=port) as transport:
        return await checking(transport=transport)


def _show(console: Console, reports: Sequence[ZoneReport], least: Level) -> None:
    for report in reports:
        console.print(f"{report.zone}: {report.responses} answers in {report.seconds:.1f} s", style="bold")
        for line in lines_of(report, least):
            console.print(line, markup=False)


def _designs(project: Path | None) -> Mapping[str, Design]:
    """Zone without final dot -> how its sides differ by declaration; nothing where there are no declarations.

    A zone that is named may be anybody's, so mistakes in declarations are told and are no reason to fail.
    """
    try:
        folder = find_project((project or Path.cwd()).resolve())
        delegations = read_delegations(folder / "dns" / "delegations.yaml")
    except OperationalError:
        return {}
    except InvalidInputError as error:
        told = f"differences by design are not known: {len(error.problems)} mistakes in the declarations"
        talk().print(f"{told} (ffinfra config check)", markup=False)
        return {}
    return {zone.zone: design_of(delegations, zone) for zone in delegations.zones}


def _declared(reports: Sequence[ZoneReport], designs: Mapping[str, Design]) -> tuple[ZoneReport, ...]:
    return tuple(
        as_declared(report, designs[report.zone]) if report.zone in designs else report for report in reports
    )


def _planned(names: tuple[str, ...], ns: list[str], ds: list[str]) -> dict[str, Undelegated]:
    """The delegation to be tried, which can only be that of one zone."""
    if not ns and not ds:
        return {}
    if len(names) != 1:
        problem = Problem(
            place=Place("--ns" if ns else "--ds"),
            what=f"is given for {len(names)} zones",
            way_out="Name the one zone whose delegation is to be tried",
        )
        raise InvalidInputError([problem])
    return {names[0]: Undelegated.parse(ns, ds)}
