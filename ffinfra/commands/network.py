"""``ffinfra survive | credentials | costs``."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.credential_inventory import without_a_day
from ffinfra.dns.delegation.zone_services import zone_services
from ffinfra.exit_codes import ExitCode
from ffinfra.network.costs import host_costs, monthly_total
from ffinfra.network.credentials import CredentialState, Urgency, credential_states
from ffinfra.network.failure_domains import FailureDomain
from ffinfra.network.live_credentials import LiveCheck, Liveness, check_live
from ffinfra.network.survival import (
    CutSet,
    Service,
    all_domains,
    named_domains,
    services,
    supernodes_left,
    too_few_supernodes_without,
)
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem
from ffinfra.report.credential_calendar import calendar, credential_metrics
from ffinfra.report.network_schemas import (
    CostsForm,
    CredentialForm,
    CredentialsForm,
    HostCostForm,
    ServiceForm,
    SurviveForm,
)
from ffinfra.report.prometheus import write_textfile
from ffinfra.stack import read_declarations

PAIRS_SHOWN = 3

LoseOption = Annotated[
    str | None,
    typer.Option(
        "--lose", help="What is lost, with commas: names, or kind and name such as 'hoster hetzner'."
    ),
]


def survive_command(
    lose: LoseOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """What each service hangs on, or what is left after a loss. Exit 0: all survive; 3: one does not.

    Without --lose, a service that ends with a single failure domain is a finding; with it, one that is lost.
    """
    declarations = read_declarations(the_project(project))
    network = declarations.network
    zones = zone_services(network, declarations.delegations)
    resting = [*(zone.at_rest for zone in zones), *services(network)]
    everything = [*resting, *(zone.after_switch for zone in zones)]
    lost = _lost(everything, lose)
    left = [Service(one.name, one.left(lost)) for one in everything]
    nodes, needed = len(supernodes_left(network, lost)), network.mesh.minimum_supernodes
    short = () if lost else too_few_supernodes_without(network)
    console = output(as_json)
    console.print(_survival_table(left))
    console.print(
        f"{nodes} supernodes {'left' if lost else 'there'}, {needed} needed for {network.mesh.nodes} nodes"
    )
    for domain in short:
        console.print(f"[yellow]fewer than {needed} supernodes without {escape(str(domain))}[/]")
    if as_json:
        print_json(
            SurviveForm(
                lost=tuple(map(str, lost)),
                services=tuple(ServiceForm.of(one) for one in left),
                supernodes_left=nodes,
                supernodes_needed=needed,
                short_without=tuple(map(str, short)),
            )
        )
    falls = any(not one.left(lost) for one in resting)
    if not lost:
        falls |= any(zone.for_good for zone in zones) or any(one.single_points for one in services(network))
    raise typer.Exit(ExitCode.FINDING if falls or nodes < needed else ExitCode.OK)


def credentials_command(
    live: Annotated[
        bool, typer.Option("--check-live", help="Ask files and APIs whether it is true.")
    ] = False,
    icalendar: Annotated[Path | None, typer.Option("--icalendar", help="Write a calendar file.")] = None,
    textfile: Annotated[
        Path | None, typer.Option("--textfile", help="A .prom file for Prometheus' node exporter.")
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """What expires, the nearest first. Exit 0: nothing soon; 3: something soon, other than noted, or not noted."""
    declarations = read_declarations(the_project(project))
    network = declarations.network
    missing = [str(one) for one in without_a_day(network, declarations.delegations)]
    now = datetime.now(UTC)
    states = credential_states(network.credentials, now.date())
    checks: list[LiveCheck | None] = [None] * len(states)
    if live:
        with talk().status("asking"):
            checks = [check_live(state.credential, os.environ) for state in states]
    console = output(as_json)
    console.print(_credential_table(states, checks))
    for one in missing:
        console.print(f"[yellow]no day is noted for {escape(one)}[/]")
    if icalendar is not None:
        _write(icalendar, calendar(states, network.domain, now))
    if textfile is not None:
        _write(textfile, credential_metrics(states, now))
    if as_json:
        forms = (CredentialForm.of(*pair) for pair in zip(states, checks, strict=True))
        print_json(CredentialsForm(credentials=tuple(forms), without_a_day=tuple(missing)))
    well = not missing and all(state.urgency is Urgency.FINE for state in states)
    well = well and all(check is None or check.liveness is Liveness.AGREES for check in checks)
    raise typer.Exit(ExitCode.OK if well else ExitCode.FINDING)


def costs_command(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """What the hosts cost a month. Exit 0: within the budget; 3: more."""
    network = read_declarations(the_project(project)).network
    costs, total = host_costs(network), monthly_total(network)
    table = Table("host", "EUR a month", "how", box=None)
    for cost in costs:
        table.add_row(cost.host, str(cost.monthly), cost.explained)
    table.add_row("all", str(total), f"of a budget of {network.monthly_budget}")
    output(as_json).print(table)
    if as_json:
        hosts = tuple(HostCostForm.of(cost) for cost in costs)
        print_json(CostsForm(hosts=hosts, total=str(total), budget=str(network.monthly_budget)))
    raise typer.Exit(ExitCode.OK if total <= network.monthly_budget else ExitCode.FINDING)


def _lost(of: Sequence[Service], lose: str | None) -> tuple[FailureDomain, ...]:
    names = [part.strip() for part in (lose or "").split(",") if part.strip()]
    unknown = [name for name in names if not named_domains(of, name)]
    if unknown:
        known = ", ".join(str(domain) for domain in all_domains(of))
        raise InvalidInputError(
            [
                Problem(
                    place=Place("--lose"), what=f"{name} is no failure domain here", way_out=f"Known: {known}"
                )
                for name in unknown
            ]
        )
    return tuple(sorted({domain for name in names for domain in named_domains(of, name)}))


def _survival_table(left: Sequence[Service]) -> Table:
    table = Table("service", "carried by", "ends with one loss of", "ends with two", box=None)
    for service in left:
        cuts = service.cut_sets()
        carriers = ", ".join(one.name for one in service.alternatives) or "[bold red]nothing[/]"
        singles = ", ".join(str(cut[0]) for cut in cuts if len(cut) == 1)
        table.add_row(service.name, carriers, f"[red]{escape(singles)}[/]" if singles else "-", _pairs(cuts))
    return table


def _pairs(cuts: Collection[CutSet]) -> str:
    pairs = [cut for cut in cuts if len(cut) == 2]
    shown = "; ".join(f"{one} + {other}" for one, other in pairs[:PAIRS_SHOWN])
    more = f"; {len(pairs) - PAIRS_SHOWN} more pairs" if len(pairs) > PAIRS_SHOWN else ""
    return escape(f"{shown}{more}") or "-"


def _credential_table(states: Sequence[CredentialState], checks: Sequence[LiveCheck | None]) -> Table:
    table = Table("last day", "days", "what", "who renews it", "without it", "the world says", box=None)
    styles = {Urgency.FINE: "", Urgency.SOON: "yellow", Urgency.URGENT: "red", Urgency.EXPIRED: "bold red"}
    for state, check in zip(states, checks, strict=True):
        one = state.credential
        said = f"{check.liveness}: {check.reason}" if check else "not asked"
        what = f"{one.kind} {one.name}"
        cells = (str(one.last_day), str(state.days), what, one.owner, one.unlocks, said)
        table.add_row(*(escape(cell) for cell in cells), style=styles[state.urgency])
    return table


def _write(file: Path, text: str) -> None:
    try:
        write_textfile(file, text)
    except OSError as error:
        raise OperationalError(
            f"{file} cannot be written: {error}", "Name a file in a folder that may be written to"
        ) from error
