"""``ffinfra credentials``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.commands.textfile import TextfileOption, keep_for_others
from ffinfra.credential_inventory import without_a_day
from ffinfra.exit_codes import ExitCode
from ffinfra.network.credentials import CredentialState, Urgency, credential_states
from ffinfra.network.live_credentials import LiveCheck, Liveness, check_live
from ffinfra.report.credential_calendar import calendar, credential_metrics
from ffinfra.report.network_schemas import CredentialForm, CredentialsForm
from ffinfra.stack import read_declarations

Checks = Sequence[LiveCheck | None]
"""What the world says of each credential; None where it was not asked."""


def credentials_command(
    live: Annotated[
        bool, typer.Option("--check-live", help="Ask files and APIs whether it is true.")
    ] = False,
    icalendar: Annotated[Path | None, typer.Option("--icalendar", help="Write a calendar file.")] = None,
    textfile: TextfileOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """What expires, the nearest first.

    Exit 0: nothing soon; 3: something ends soon, is not noted, or (asked) is other than noted or gave no answer.
    """
    declarations = read_declarations(the_project(project))
    network = declarations.network
    missing = [str(one) for one in without_a_day(network, declarations.delegations)]
    now = datetime.now(UTC)
    states = credential_states(network.credentials, now.date())
    checks = _checked(states) if live else [None] * len(states)
    console = output(as_json)
    console.print(_credential_table(states, checks))
    for one in missing:
        console.print(f"[yellow]no day is noted for {escape(one)}[/]")
    if icalendar is not None:
        keep_for_others(icalendar, calendar(states, network.domain, now))
    if textfile is not None:
        keep_for_others(textfile, credential_metrics(states, now))
    if as_json:
        forms = (CredentialForm.of(*pair) for pair in zip(states, checks, strict=True))
        print_json(CredentialsForm(credentials=tuple(forms), without_a_day=tuple(missing)))
    raise typer.Exit(ExitCode.OK if not missing and _well(states, checks) else ExitCode.FINDING)


def _checked(states: Sequence[CredentialState]) -> Checks:
    with talk().status("asking"):
        return [check_live(state.credential, os.environ) for state in states]


def _well(states: Sequence[CredentialState], checks: Checks) -> bool:
    """Whether nothing ends soon, and the world agrees wherever there was something to ask."""
    fine = all(state.urgency is Urgency.FINE for state in states)
    agreeing = (Liveness.AGREES, Liveness.NOTHING_TO_ASK)
    return fine and all(check is None or check.liveness in agreeing for check in checks)


def _credential_table(states: Sequence[CredentialState], checks: Checks) -> Table:
    table = Table("last day", "days", "what", "who renews it", "without it", "the world says", box=None)
    styles = {Urgency.FINE: "", Urgency.SOON: "yellow", Urgency.URGENT: "red", Urgency.EXPIRED: "bold red"}
    for state, check in zip(states, checks, strict=True):
        one = state.credential
        said = f"{check.liveness}: {check.reason}" if check else "not asked"
        what = f"{one.kind} {one.name}"
        cells = (str(one.last_day), str(state.days), what, one.owner, one.unlocks, said)
        table.add_row(*(escape(cell) for cell in cells), style=styles[state.urgency])
    return table
