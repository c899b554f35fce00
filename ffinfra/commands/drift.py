"""``ffinfra drift``."""

from __future__ import annotations

from datetime import UTC, datetime

import typer
from rich.console import Console

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.commands.textfile import TextfileOption, keep_for_others
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.standby import Lacking, standby
from ffinfra.gate.dns_view import DnsView, dns_view
from ffinfra.gate.drift import Drift, drift_of, only_drifted
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.problems import OperationalError
from ffinfra.report.drift_form import DriftForm, drift_metrics
from ffinfra.report.plain import plain
from ffinfra.report.schemas import ZoneForm
from ffinfra.report.terminal import print_changes, print_verdict
from ffinfra.stack import StackInput
from ffinfra.stack_kind import StackKind


def drift_command(
    textfile: TextfileOption = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was changed behind the program's back, what the rules say of it, and whether a switch lies signed.

    Exit 0: nothing; 3: something, or a rule blocks.
    """
    gate = gate_of(project, stack)
    now = datetime.now(UTC)
    with talk().status(f"asking how {gate.stack} really stands"):
        refreshed, found = _asked(gate, now)
    records = _show(output(as_json), refreshed, found)
    if textfile is not None:
        keep_for_others(textfile, drift_metrics(gate.stack, found, now))
    if as_json:
        print_json(DriftForm.of(gate.stack, found, map(ZoneForm.of, records.zones)))
    raise typer.Exit(ExitCode.FINDING if found.found else ExitCode.OK)


def _asked(gate: Gate, now: datetime) -> tuple[GatePreview, Drift]:
    """The preview that asked the APIs first, and in what it differs from one that did not.

    Raises:
        OperationalError: one of both failed.
    """
    expected, refreshed = gate.preview(), gate.preview(refresh=True)
    incomplete = (*expected.changes.incomplete, *refreshed.changes.incomplete)
    if incomplete:
        raise OperationalError(f"the preview failed: {incomplete[0]}", "See ffinfra preview --refresh")
    drifted = drift_of(expected.changes, refreshed.changes)
    waiting = len(expected.changes.effective)
    missing = _missing_standby(gate, expected.stack, now)
    return refreshed, Drift(drifted, waiting, missing, refreshed.verdict.findings)


def _show(console: Console, refreshed: GatePreview, found: Drift) -> DnsView:
    """Tell a person; returns the records that drifted."""
    alone = only_drifted(refreshed.changes, found.drifted)
    records = dns_view(alone)
    print_changes(console, alone, records, refreshed.stack.declarations, explain=True)
    print_verdict(console, refreshed.verdict)
    console.print(f"{len(found.drifted)} steps of drift, {found.waiting} steps wait for an approval")
    if found.standby:
        console.print(f"[yellow]no standby[/]: {plain(found.standby)} (ffinfra approve --standby fallback)")
    return records


def _missing_standby(gate: Gate, stack: StackInput, now: datetime) -> str:
    """Why no switch lies signed for the night; empty where one does, or where nothing is switched."""
    if stack.kind is not StackKind.FAILOVER:
        return ""
    found = standby(gate, now)
    return found.reason if isinstance(found, Lacking) else ""
