"""``ffinfra lab run | up | status | shell | down``."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.exit_codes import ExitCode
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.places import LabPlaces, is_checkout
from ffinfra.lab.standing import Lab, find, take_down
from ffinfra.problems import OperationalError
from ffinfra.report.checkout_forms import LabStatusForm

lab_app = typer.Typer(
    help="The lab: the whole network in a network namespace of its own.", no_args_is_help=True
)


MachinesOption = Annotated[
    MachineGrade,
    typer.Option(
        "--machines",
        help="files: folders, no root needed. nspawn: supernodes and nameservers boot as real Debian (root).",
    ),
]


@lab_app.command("run")
def run_command(
    project: ProjectOption = None, as_json: JsonOption = False, machines: MachinesOption = MachineGrade.FILES
) -> None:
    """Rehearse the whole network: build, check, break, fail over, fail back. Exit 0: every step verified."""
    from ffinfra.lab.setting_up import set_up  # noqa: PLC0415 - half a second that the other commands do without

    places = _places(project)
    console = talk()
    with _ended_by_signals(), console.status("setting up the lab") as status:
        lab = set_up(places, tied=True, say=status.update, grade=machines)
        status.stop()
        try:
            places.forget_result()
            code = lab.run([sys.executable, "-m", "ffinfra.lab.rehearsal", str(places.checkout)])
        finally:
            take_down(lab)
    if not places.result.is_file():
        what = f"the rehearsal died with exit code {code} and left no result"
        raise OperationalError(what, "See what it said last; if that is a traceback, it is a bug")
    if as_json:
        sys.stdout.write(places.result.read_text())
    if places.report.is_file():
        console.print(f"report: {places.report}")
    raise typer.Exit(code)


@lab_app.command("up")
def up_command(
    project: ProjectOption = None, machines: MachinesOption = MachineGrade.FILES, as_json: JsonOption = False
) -> None:
    """Set the lab up and leave it standing."""
    from ffinfra.lab.setting_up import set_up  # noqa: PLC0415 - half a second that the other commands do without

    places = _places(project)
    console = talk()
    with console.status("setting up the lab") as status:
        lab = set_up(places, tied=False, say=status.update, grade=machines)
    console.print("[green]the lab stands[/]; ffinfra lab shell enters it, ffinfra lab down ends it")
    if as_json:
        print_json(LabStatusForm(stands=True, daemons=lab.ask("status")["daemons"]))


@lab_app.command("status")
def status_command(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Say whether a lab stands, and which of its daemons live. Exit 3: none stands."""
    lab = find(_places(project))
    daemons: dict[str, bool] = lab.ask("status")["daemons"] if lab else {}
    if as_json:
        print_json(LabStatusForm(stands=lab is not None, daemons=daemons))
    for name, alive in daemons.items():
        output(as_json).print(f"{'[green]up[/]  ' if alive else '[red]down[/]'} {name}")
    if lab is None:
        talk().print("no lab stands here; ffinfra lab up sets one up")
        raise typer.Exit(ExitCode.FINDING)


@lab_app.command(
    "shell",
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
    },
)
def shell_command(
    context: typer.Context,
    project: ProjectOption = None,
) -> None:
    """Enter the lab, or run a command in it: ffinfra lab shell -- COMMAND... Exit code: the command's."""
    lab = _standing(_places(project))
    command = context.args or [os.environ.get("SHELL", "/bin/sh")]
    raise typer.Exit(lab.run(command))


@lab_app.command("down")
def down_command(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """End the lab and remove what it made."""
    lab = find(_places(project))
    if lab is not None:
        take_down(lab)
    talk().print("no lab stands here" if lab is None else "the lab is gone")
    if as_json:
        print_json(LabStatusForm(stands=False, daemons={}))


def _places(project: Path | None) -> LabPlaces:
    checkout = the_project(project)
    if checkout.name == "work" and checkout.parent.name == ".lab":
        checkout = checkout.parent.parent
    if not is_checkout(checkout):
        raise OperationalError(f"{checkout} is no whole checkout", "Clone the project anew")
    return LabPlaces(checkout)


def _standing(places: LabPlaces) -> Lab:
    lab = find(places)
    if lab is None:
        raise OperationalError("no lab stands here", "Set one up: ffinfra lab up")
    return lab


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends us as Ctrl-C does, so that the lab is taken down in either case."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
