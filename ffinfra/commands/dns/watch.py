"""``ffinfra dns watch``."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.dns.asking import (
    HintsOption,
    Ipv4Option,
    Ipv6Option,
    PortOption,
    ZonesArgument,
    root_hints,
)
from ffinfra.commands.dns.ready import (
    TargetOption,
    chosen_zones,
    keep_seen,
    readiness,
    ready_form,
    show_readiness,
)
from ffinfra.commands.printing import JsonOption, output, print_line
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.check.naming import Family
from ffinfra.dns.delegation.modes import Mode
from ffinfra.exit_codes import ExitCode
from ffinfra.problems import OperationalError
from ffinfra.report.prometheus import write_textfile
from ffinfra.report.readiness_metrics import readiness_metrics
from ffinfra.stack import read_declarations


def watch_command(  # noqa: PLR0913, PLR0917  an option each
    zones: ZonesArgument = None,
    target: TargetOption = Mode.FALLBACK,
    every: Annotated[
        int, typer.Option("--every", min=0, help="Seconds between two probes; 0: a single one.")
    ] = 300,
    textfile: Annotated[
        Path | None, typer.Option("--textfile", help="A .prom file for Prometheus' node exporter.")
    ] = None,
    hints: HintsOption = None,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Probe readiness again and again, or once with --every 0. Exit of a single probe 0: ready; 3: not ready.

    With --json each probe is one line.
    """
    families = frozenset(family for family, used in ((Family.IPV4, ipv4), (Family.IPV6, ipv6)) if used)
    servers = root_hints(hints)
    folder = the_project(project)
    while True:
        declarations = chosen_zones(read_declarations(folder), zones)
        found = asyncio.run(readiness(declarations, target, servers, port, families))
        show_readiness(output(as_json), found)
        now = datetime.now(UTC)
        lives = keep_seen(folder, declarations, found, now)
        if textfile is not None:
            _write(textfile, readiness_metrics(found, lives, now.timestamp()))
        if as_json:
            print_line(ready_form(target, found))
        if not every:
            raise typer.Exit(ExitCode.OK if all(one.ready for one in found) else ExitCode.FINDING)
        time.sleep(every)


def _write(file: Path, text: str) -> None:
    try:
        write_textfile(file, text)
    except OSError as error:
        raise OperationalError(
            f"{file} cannot be written: {error}", "Name a file in a folder that may be written to"
        ) from error
