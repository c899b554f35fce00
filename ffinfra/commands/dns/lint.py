"""``ffinfra dns lint``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.lint.context import LintedZone, LintSettings
from ffinfra.dns.lint.finding import Finding, Level
from ffinfra.dns.lint.reading import declared, read_for_lint
from ffinfra.dns.lint.run import lint_zones
from ffinfra.exit_codes import ExitCode
from ffinfra.report.dns_schemas import LintFindingForm, LintForm
from ffinfra.report.plain import plain
from ffinfra.stack import read_declarations

FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE...", help="Master files; without any, all zones of the project."),
]
OriginOption = Annotated[
    str | None,
    typer.Option("--origin", help="The zone of a single file; else its $ORIGIN, its SOA or its name say it."),
]
BackendOption = Annotated[
    list[Backend] | None,
    typer.Option("--backend", help="Where the zones of the files are to be served; may be repeated."),
]
OutageOption = Annotated[
    int | None,
    typer.Option(
        "--longest-outage",
        min=0,
        help="Seconds that the primary may be gone without harm; else as dns/delegations.yaml says.",
    ),
]

_COLOURS = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFO: "cyan"}


def lint_command(
    files: FilesArgument = None,
    origin: OriginOption = None,
    backend: BackendOption = None,
    longest_outage: OutageOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at zones with the rules of docs/DNS_LINT.md. Exit 0: no error; 3: errors; 2: a file is unreadable."""
    outage = longest_outage
    if files:
        zones = read_for_lint(files, origin=origin, backends=backend or ())
    else:
        declarations = read_declarations(the_project(project))
        zones = declared(declarations)
        outage = declarations.delegations.longest_outage if longest_outage is None else longest_outage
    findings = lint_zones(zones, LintSettings(longest_outage=outage))
    _show(output(as_json), zones, findings)
    if as_json:
        print_json(_form(zones, findings))
    bad = any(finding.level is Level.ERROR for finding in findings)
    raise typer.Exit(ExitCode.FINDING if bad else ExitCode.OK)


def _show(console: Console, zones: tuple[LintedZone, ...], findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        console.print(plain(str(finding)), style=_COLOURS[finding.level], markup=False)
    counts = ", ".join(
        f"{sum(finding.level is level for finding in findings)} {level.value}" for level in Level
    )
    records = sum(linted.zone.record_count for linted in zones)
    console.print(f"{len(zones)} zones with {records} records: {counts}")


def _form(zones: tuple[LintedZone, ...], findings: tuple[Finding, ...]) -> LintForm:
    return LintForm(
        zones=tuple(linted.zone.origin for linted in zones),
        records=sum(linted.zone.record_count for linted in zones),
        errors=sum(finding.level is Level.ERROR for finding in findings),
        warnings=sum(finding.level is Level.WARNING for finding in findings),
        infos=sum(finding.level is Level.INFO for finding in findings),
        findings=tuple(LintFindingForm.of(finding) for finding in findings),
    )
