"""``ffinfra config check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.network.reading import read_network
from ffinfra.report.problem_form import ProblemsForm
from ffinfra.stack import read_declarations


def config_check_command(
    file: Annotated[
        Path | None,
        typer.Argument(help="A stack file with a network; without it, the whole project is read."),
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Validate the declarations without Pulumi. Exit 0: no mistakes; 2: all mistakes, with file and line."""
    console = output(as_json)
    if file is not None:
        network = read_network(file)
        console.print(f"[green]valid[/]: {file}: {len(network.hosts)} hosts, {len(network.guests)} machines")
    else:
        declarations = read_declarations(the_project(project))
        records = sum(zone.zone.record_count for zone in declarations.zones)
        console.print(
            f"[green]valid[/]: {len(declarations.network.hosts)} hosts, {len(declarations.network.guests)} machines, "
            f"{len(declarations.zones)} zones with {records} records"
        )
    if as_json:
        print_json(ProblemsForm(problems=()))
