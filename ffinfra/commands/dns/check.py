"""``ffinfra dns check``."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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
from ffinfra.dns.check.findings import Level, ZoneReport
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.registry import chosen
from ffinfra.dns.check.run import ZONE_SECONDS, check_zones
from ffinfra.dns.check.sentences import lines_of
from ffinfra.dns.check.undelegated import Undelegated
from ffinfra.exit_codes import ExitCode
from ffinfra.problems import InvalidInputError, Place, Problem
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
    planned = _planned(names, ns or [], ds or [])
    roots = root_hints(hints)
    table = AsnTable.parse(text_of(asn_table), str(asn_table)) if asn_table else None

    async def run() -> tuple[ZoneReport, ...]:
        async with LiveTransport(port=port) as transport:
            return await check_zones(
                names,
                transport=transport,
                hints=roots,
                undelegated=planned,
                asn_table=table,
                cases=cases,
                ipv4=ipv4,
                ipv6=ipv6,
                zone_seconds=seconds,
            )

    with talk().status(f"asking the nameservers of {len(names)} zones"):
        reports = asyncio.run(run())
    console = output(as_json)
    for report in reports:
        console.print(f"{report.zone}: {report.responses} answers in {report.seconds:.1f} s", style="bold")
        for line in lines_of(report, level.level):
            console.print(line, markup=False)
    if as_json:
        print_json(CheckForm(zones=tuple(ZoneCheckForm.of(report) for report in reports)))
    sound = all(report.worst < Level.ERROR and report.complete for report in reports)
    raise typer.Exit(ExitCode.OK if sound else ExitCode.FINDING)


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
