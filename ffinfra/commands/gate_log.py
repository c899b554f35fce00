"""``ffinfra log``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.commands.signing import signing_key
from ffinfra.exit_codes import ExitCode
from ffinfra.gate.acknowledging import acknowledgement, who_acknowledged
from ffinfra.gate.chain import Chain, LogEntry, Standing, verified_chain
from ffinfra.gate.lineage import by_identifier
from ffinfra.gate.previewing import Gate
from ffinfra.gate.signatures import Signature
from ffinfra.gate.signers import pinned_digest
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem
from ffinfra.report.log_schemas import LogEntryForm, LogForm
from ffinfra.report.log_steps import step_lines
from ffinfra.report.plain import plain

_STYLES = {
    Standing.APPLIED: "green",
    Standing.BROKEN_OFF: "red",
    Standing.ELSEWHERE: "yellow",
    Standing.UNWATCHED: "yellow",
    Standing.WAITING: "cyan",
    Standing.OVERTAKEN: "dim",
}


def log_command(
    acknowledge: Annotated[
        str | None,
        typer.Option("--acknowledge", help="Sign that the override of this approval was looked at."),
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="The SSH key to sign with.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Name every step, and what became of it.")
    ] = False,
    stack: StackOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who approved what, when, and what was performed. Exit 0: the chain holds; 3: it does not."""
    gate = gate_of(project, stack)
    with talk().status("reading the state and the approvals"):
        last = gate.situation().state.last_approval
        if acknowledge is not None:
            _acknowledge(gate, acknowledge, last, signing_key(key))
        chain = verified_chain(gate.store.all(), last, pinned_digest(gate.project, gate.environment))
    _print(output(as_json), gate.stack, chain, explain=explain)
    if as_json:
        print_json(
            LogForm(
                stack=gate.stack,
                holds=chain.holds,
                entries=tuple(LogEntryForm.of(entry) for entry in chain.entries),
                faults=chain.faults,
            )
        )
    raise typer.Exit(ExitCode.OK if chain.holds else ExitCode.FINDING)


def _acknowledge(gate: Gate, identifier: str, last: str | None, key: Path) -> None:
    one = gate.store.find(identifier)
    if one.record.override is None or last is None:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(f"approvals/{gate.stack}"),
                    what=f"approval {identifier} overrode nothing that was applied",
                    way_out="Name one that ffinfra log shows with an override",
                )
            ]
        )
    note = acknowledgement(one.record, last, datetime.now(UTC), key).model_dump_json(indent=1)
    known = by_identifier(gate.store.all())
    judged = who_acknowledged(replace(one, acknowledgement=note), known, last)
    if not isinstance(judged, Signature):
        reason = judged.reason if judged else "there is no note"
        raise OperationalError(f"{key} may not acknowledge: {reason}", "Let a signer do it")
    gate.store.acknowledge(one.record, f"{note}\n")


def _print(console: Console, stack: str, chain: Chain, *, explain: bool) -> None:
    for entry in chain.entries:
        _print_entry(console, entry)
        for line in step_lines(entry.stored) if explain else ():
            console.print(Text(f"    {line}", style="red" if line.startswith("not ") else ""))
    for fault in chain.faults:
        console.print(Text(f"the chain is broken: {plain(fault)}", style="bold red"))
    if chain.holds:
        console.print(f"the chain of {len(chain.entries)} approvals of {plain(stack)} holds", style="green")


def _print_entry(console: Console, entry: LogEntry) -> None:
    record, outcome = entry.stored.record, entry.stored.outcome
    line = Text(f"{record.created:%Y-%m-%d %H:%M} {record.identifier[:12]} ")
    line.append(str(entry.standing), style=_STYLES[entry.standing])
    done = f", {len(outcome.performed)} performed" if outcome else ""
    line.append(f"  {len(record.steps)} steps{done}; change of {plain(', '.join(record.authors))}; ")
    line.append(f"signed by {', '.join(map(plain, entry.signers)) or 'nobody who counts'}")
    console.print(line)
    if record.override is not None:
        seen = "acknowledged" if entry.acknowledged else "NOT ACKNOWLEDGED"
        words = f"    overrode {', '.join(record.override.rules)} ({seen}): {record.override.reason}"
        console.print(Text(plain(words), style="bold red" if not entry.acknowledged else "red"))
    for fault in entry.faults:
        console.print(Text(f"    fault: {plain(fault)}", style="bold red"))
    for failure in outcome.failures if outcome else ():
        console.print(Text(f"    {plain(failure)}", style="red"))
