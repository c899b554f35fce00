"""``ffinfra adopt`` once the declarations are complete: both stacks, and the previews at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ffinfra.adoption.bringing_in import bring_in, missing_settings
from ffinfra.adoption.found import Living
from ffinfra.commands.dns.asking import Where
from ffinfra.commands.project_choice import gate_of
from ffinfra.commands.rebuild_run import RebuildRun
from ffinfra.commands.switch_run import SwitchRun
from ffinfra.dns.delegation.mode import Mode
from ffinfra.failover.convergence import Lookout
from ffinfra.failover.rebuilding import make_stack
from ffinfra.failover.switching import Switch
from ffinfra.gate.changes import Change
from ffinfra.gate.previewing import Gate
from ffinfra.problems import InvalidInputError, OperationalError, Problem
from ffinfra.report.plain import plain
from ffinfra.report.terminal import print_changes
from ffinfra.stack import Declarations
from ffinfra.stack_kind import StackKind


@dataclass(frozen=True, slots=True)
class Taken:
    """A stack after the import.

    Attributes:
        stack: its name.
        left: what would change now.
    """

    stack: str
    left: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AdoptRun:
    """One run.

    Attributes:
        project: the checkout.
        living: what was found.
        declarations: the complete declarations.
        reach: how the parent's nameservers are asked.
        console: for talk.
        result: for what would change.
    """

    project: Path
    living: Living
    declarations: Declarations
    reach: Where
    console: Console
    result: Console

    def run(self) -> tuple[Taken, ...]:
        """Import, then preview.

        Raises:
            InvalidInputError: the stacks lack settings.
            OperationalError: an API, the parent's nameservers or the engine fails.
        """
        prod, failover = (gate_of(self.project, kind.value) for kind in StackKind)
        self._prepare((prod, failover))
        with self.console.status("prod: asking the program, importing what stands"):
            done = bring_in(prod.engine, self.living, self.declarations)
        self.console.print(
            f"prod: {len(done.found)} resources came into the state, {len(done.absent)} do not stand"
        )
        self._bring_in_failover(failover)
        return tuple(Taken(gate.stack, tuple(self._left(gate))) for gate in (prod, failover))

    def _prepare(self, gates: Sequence[Gate]) -> None:
        """Make the stacks that are not there; their secrets are a person's to set."""
        missing: list[Problem] = []
        for gate, kind in zip(gates, StackKind, strict=True):
            make_stack(gate.engine)
            missing += missing_settings(kind, gate.engine.configuration(), self.declarations)
        if missing:
            raise InvalidInputError(missing)

    def _bring_in_failover(self, gate: Gate) -> None:
        lookout = Lookout(
            self.declarations, Mode.PRIMARY, self.reach.hints, (), self.reach.port, self.reach.families
        )
        switch = Switch(gate, Mode.PRIMARY)
        changing = SwitchRun(switch, lookout, self.console, None, sign=False)
        if gate.situation().state.last_approval is None:
            RebuildRun(switch, lookout, self.console, changing).bring_in()

    def _left(self, gate: Gate) -> Sequence[Change]:
        """What the engine would change now, after it has asked the world."""
        with self.console.status(f"{gate.stack}: previewing"):
            preview = gate.preview(refresh=True)
        if preview.changes.incomplete:
            raise OperationalError(
                f"the preview of {gate.stack} failed: {preview.changes.incomplete[0]}",
                f"See ffinfra preview --refresh -s {plain(gate.stack)}",
            )
        left = preview.changes.effective
        if left:
            print_changes(self.result, preview.changes, preview.context.dns, self.declarations, explain=True)
            self.console.print(
                f"{plain(gate.stack)}: {len(left)} steps would change something; nothing was applied"
            )
        else:
            self.console.print(f"{plain(gate.stack)}: [bold green]nothing would change[/]")
        return left
