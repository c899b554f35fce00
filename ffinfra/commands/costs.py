"""``ffinfra costs``."""

from __future__ import annotations

import typer
from rich.table import Table

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.exit_codes import ExitCode
from ffinfra.network.costs import host_costs, monthly_total
from ffinfra.report.network_schemas import CostsForm, HostCostForm
from ffinfra.stack import read_declarations


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
