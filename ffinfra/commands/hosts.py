"""``ffinfra inventory`` and ``ffinfra site-conf``: what other tools want to know of the machines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.exit_codes import ExitCode
from ffinfra.hosts.inventory import inventory
from ffinfra.hosts.site_conf import check_site_conf, mesh_vpn
from ffinfra.network.network import Network
from ffinfra.network.reading import read_network
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.host_schemas import SiteConfCheckForm, SiteConfForm
from ffinfra.stack import NETWORK_FILE, read_transports

CheckOption = Annotated[
    Path | None,
    typer.Option("--check", help="Compare this site.conf instead: what would nodes in the field lose?"),
]


def inventory_command(
    project: ProjectOption = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Only the variables of one machine, as Ansible asks scripts.")
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Everything, as Ansible asks scripts; the default.")
    ] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="No other form exists; accepted for symmetry.")
    ] = True,
) -> None:
    """Print the machines as an Ansible inventory (JSON, the form of an inventory script's --list)."""
    del listed, as_json
    made = inventory(_network(project), read_transports(the_project(project)))
    if host is not None:
        made = made["_meta"]["hostvars"].get(host, {})
    sys.stdout.write(json.dumps(made, indent=2) + "\n")


def site_conf_command(
    check: CheckOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """Write the firmware's mesh_vpn from the supernodes, or compare. Exit 0: nothing is lost; 3: something is."""
    network = _network(project)
    if check is None:
        text = mesh_vpn(network)
        if as_json:
            print_json(SiteConfForm(mesh_vpn=text))
        else:
            sys.stdout.write(text)
        return
    result = check_site_conf(network, _text(check), str(check))
    console = output(as_json)
    for loss in result.losses:
        console.print(f"{loss.kind.value}: {loss.what}. {loss.way_out}", markup=False)
    for name in result.untold:
        console.print(f"{name} is not in this firmware; its nodes never use it", markup=False)
    if not result.losses:
        console.print("[green]nothing is lost[/]: every node with this firmware finds its way")
    if as_json:
        print_json(SiteConfCheckForm.of(result))
    raise typer.Exit(ExitCode.FINDING if result.losses else ExitCode.OK)


def _network(project: Path | None) -> Network:
    return read_network(the_project(project) / NETWORK_FILE, NETWORK_FILE)


def _text(path: Path) -> str:
    """A file of the user's.

    Raises:
        InvalidInputError: it cannot be read, or is no UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(
            place=Place(str(path)), what=f"cannot be read: {error}", way_out="Give a site.conf in UTF-8"
        )
        raise InvalidInputError([problem]) from error
