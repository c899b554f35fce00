"""``ffinfra dns watch``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from ffinfra.commands.dns.asking import (
    HintsOption,
    Ipv4Option,
    Ipv6Option,
    NeedAccountOption,
    PortOption,
    ZonesArgument,
    where_to_ask,
)
from ffinfra.commands.dns.ready import TargetOption, chosen_zones, keep_seen, readiness, show_readiness
from ffinfra.commands.printing import JsonOption, output, print_line, print_problems, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.commands.textfile import TextfileOption, keep_for_others
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.verdict import ZoneReadiness
from ffinfra.exit_codes import ExitCode
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.report.dns_schemas import ReadyForm
from ffinfra.report.readiness_metrics import readiness_metrics
from ffinfra.stack import read_declarations


def watch_command(  # noqa: PLR0913, PLR0917  an option each
    zones: ZonesArgument = None,
    target: TargetOption = Mode.FALLBACK,
    every: Annotated[
        int, typer.Option("--every", min=0, help="Seconds between two probes; 0: a single one.")
    ] = 300,
    textfile: TextfileOption = None,
    need_account: NeedAccountOption = False,
    hints: HintsOption = None,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Probe readiness and serial drift again and again, or once with --every 0.

    Exit of a single probe 0: ready, and nothing else is wrong; 3: a finding. Where a probe fails after the first,
    that is told and the next one is tried. With --json each probe is one line.
    """
    where = where_to_ask(hints, port, ipv4=ipv4, ipv6=ipv6)
    folder = the_project(project)

    def probe() -> tuple[ZoneReadiness, ...]:
        declarations = read_declarations(folder)
        asked = chosen_zones(declarations, zones)
        found = readiness(folder, declarations, asked, target, where, need_account=need_account)
        show_readiness(output(as_json), found)
        now = datetime.now(UTC)
        keep_seen(folder, found, now)
        if as_json:
            print_line(ReadyForm.of(target, found))
        if textfile is not None:
            keep_for_others(textfile, readiness_metrics(found, now.timestamp()))
        return found

    found = probe()
    if not every:
        raise typer.Exit(ExitCode.FINDING if _finds(found) else ExitCode.OK)
    while True:
        time.sleep(every)
        _try(probe)


def _finds(found: Sequence[ZoneReadiness]) -> bool:
    return any(not one.ready or one.remarks for one in found)


def _try(probe: Callable[[], object]) -> None:
    """One probe of many: what it fails at is told; that the textfile grows old tells the monitor."""
    try:
        probe()
    except InvalidInputError as error:
        print_problems(error)
    except OperationalError as error:
        talk().print(f"this probe failed: {error}", markup=False)
