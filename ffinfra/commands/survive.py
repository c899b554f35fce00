"""``ffinfra survive``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.delegation.zone_services import zone_services
from ffinfra.exit_codes import ExitCode
from ffinfra.network.failure_domains import FailureDomain
from ffinfra.network.survival import (
    CutSet,
    Service,
    all_domains,
    named_domains,
    services,
    supernodes_left,
    too_few_supernodes_without,
)
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.network_schemas import ServiceForm, SurviveForm
from ffinfra.stack import Declarations, read_declarations

PAIRS_SHOWN = 3

LoseOption = Annotated[
    str | None,
    typer.Option(
        "--lose", help="What is lost, with commas: names, or kind and name such as 'hoster hetzner'."
    ),
]


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left after a loss, or what there is without one.

    Attributes:
        lost: what was lost.
        services: each with the alternatives that are left.
        falls: whether a service ends, or, without a loss, would end with a single failure domain.
        nodes: supernodes that are left.
        needed: how many there must be.
        short: domains without which there would be fewer.
    """

    lost: tuple[FailureDomain, ...]
    services: tuple[Service, ...]
    falls: bool
    nodes: int
    needed: int
    short: tuple[FailureDomain, ...]


def survive_command(
    lose: LoseOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """What each service hangs on, or what is left after a loss. Exit 0: all survive; 3: one does not.

    Without --lose, a service that ends with a single failure domain is a finding; with it, one that is lost.
    """
    declarations = read_declarations(the_project(project))
    left = _left(declarations, lose)
    _show(output(as_json), left, declarations.network.mesh.nodes)
    if as_json:
        print_json(
            SurviveForm(
                lost=tuple(map(str, left.lost)),
                services=tuple(ServiceForm.of(one) for one in left.services),
                supernodes_left=left.nodes,
                supernodes_needed=left.needed,
                short_without=tuple(map(str, left.short)),
            )
        )
    raise typer.Exit(ExitCode.FINDING if left.falls or left.nodes < left.needed else ExitCode.OK)


def _left(declarations: Declarations, lose: str | None) -> _Left:
    network = declarations.network
    zones = zone_services(network, declarations.delegations)
    resting = [*(zone.at_rest for zone in zones), *services(network)]
    everything = [*resting, *(zone.after_switch for zone in zones)]
    lost = _lost(everything, lose)
    falls = any(not one.left(lost) for one in resting)
    if not lost:
        falls |= any(zone.for_good for zone in zones) or any(one.single_points for one in services(network))
    return _Left(
        lost=lost,
        services=tuple(Service(one.name, one.left(lost)) for one in everything),
        falls=falls,
        nodes=len(supernodes_left(network, lost)),
        needed=network.mesh.minimum_supernodes,
        short=() if lost else tuple(too_few_supernodes_without(network)),
    )


def _show(console: Console, left: _Left, nodes: int) -> None:
    console.print(_survival_table(left.services))
    word = "left" if left.lost else "there"
    console.print(f"{left.nodes} supernodes {word}, {left.needed} needed for {nodes} nodes")
    for domain in left.short:
        console.print(f"[yellow]fewer than {left.needed} supernodes without {escape(str(domain))}[/]")


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
