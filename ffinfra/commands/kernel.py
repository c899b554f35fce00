"""``ffinfra kernel status | roll``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.exit_codes import ExitCode
from ffinfra.hosts.rendering import configured_machines, management_address
from ffinfra.hosts.transports import Transports
from ffinfra.kernels.roll import DRAIN_SECONDS, RETURN_SECONDS, Roll, Waits, roll_plan
from ffinfra.kernels.shell import Ssh
from ffinfra.kernels.state import KernelVerdict
from ffinfra.kernels.status import kernel_states
from ffinfra.network.network import Network
from ffinfra.report.host_schemas import KernelRollForm, KernelStateForm, KernelStatusForm
from ffinfra.stack import read_declarations, read_transports

kernel_app = typer.Typer(help="The kernels that the machines run.", no_args_is_help=True)

UserOption = Annotated[
    str | None, typer.Option("--user", help="The account to log in with; else that of rollouts.")
]
PortOption = Annotated[
    int | None, typer.Option("--port", min=1, max=65535, help="The port of sshd; else that of rollouts.")
]


@kernel_app.command("status")
def kernel_status_command(
    user: UserOption = None,
    port: PortOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Running, installed and pinned kernel of each machine. Exit 0: all as declared; 3: not, or no answer."""
    network = read_declarations(the_project(project)).network
    shell = _ssh(network, read_transports(the_project(project)), user, port)
    with talk().status("asking the machines"):
        states = kernel_states(network, shell)
    table = Table("machine", "pinned", "installed", "running", "", box=None)
    for state in states:
        table.add_row(state.machine, state.pinned, state.version, state.running, state.reason or "current")
    output(as_json).print(table)
    if as_json:
        print_json(KernelStatusForm(machines=tuple(KernelStateForm.of(state) for state in states)))
    well = all(state.verdict is KernelVerdict.CURRENT for state in states)
    raise typer.Exit(ExitCode.OK if well else ExitCode.FINDING)


@kernel_app.command("roll")
def kernel_roll_command(
    yes: Annotated[bool, typer.Option("--yes", help="Reboot without asking.")] = False,
    drain: Annotated[
        float, typer.Option("--drain", min=0, help="Seconds between draining a supernode and its reboot.")
    ] = DRAIN_SECONDS,
    back: Annotated[
        float, typer.Option("--back", min=1, help="Seconds that a machine may take to do its work again.")
    ] = RETURN_SECONDS,
    user: UserOption = None,
    port: PortOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reboot what runs another kernel than the installed one: one by one, site by site, drained and awaited.

    A host is rebooted with its guests, which are drained and awaited too. Stops at the first machine that does not
    come back; never two nameservers at once. Exit 3: a machine is not as declared and no reboot mends it.
    """
    declarations = read_declarations(the_project(project))
    shell = _ssh(declarations.network, read_transports(the_project(project)), user, port)
    console = talk()
    with console.status("asking the machines"):
        plan = roll_plan(declarations.network, shell)
    for state in plan.passed_over:
        console.print(f"left alone: {state.machine}: {state.reason}", markup=False)
    names = [name for group in plan.groups for name in group]
    console.print(f"to be rebooted, in this order: {', '.join(names) or 'none'}")
    if names and not yes:
        typer.confirm("Reboot them now?", abort=True, err=True)
    zones = tuple(zone.declaration.zone for zone in declarations.zones)
    roll = Roll(declarations.network, shell, zones, console.print, Waits(drain, back))
    done = roll.run(plan.groups)
    if as_json:
        left = tuple(KernelStateForm.of(state) for state in plan.passed_over)
        print_json(KernelRollForm(rebooted=done, passed_over=left))
    raise typer.Exit(ExitCode.FINDING if plan.passed_over else ExitCode.OK)


def _ssh(network: Network, transports: Transports, user: str | None, port: int | None) -> Ssh:
    """The way to the machines that rollouts take, unless account or port are given."""
    logins = {}
    for machine in configured_machines(network):
        login = transports.login(machine.name)
        logins[str(management_address(machine))] = (user or login.user, port or login.port)
    return Ssh(logins=logins)
