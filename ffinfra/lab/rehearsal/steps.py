"""The rehearsal, step by step: build, look, break, fail over, look, mend, fail back, look."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ffinfra.dns.delegation.mode import Mode
from ffinfra.gate.previewing import Gate
from ffinfra.kernels.shell import Ssh
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.rehearsal.gated import Passage, expect_no_changes, through_the_gate
from ffinfra.lab.rehearsal.lookups import Expected, await_silence, check_everything, longest_memory
from ffinfra.lab.rehearsal.machines import await_running
from ffinfra.lab.rehearsal.timeline import StepFailedError, Timeline
from ffinfra.lab.standing import Lab
from ffinfra.lab.topology import CACHE_SECONDS
from ffinfra.stack import Declarations, read_declarations

SILENCE_SECONDS = 30.0
"""How long names may go on resolving after the last nameserver went down: caches, and tries in flight."""


@dataclass(slots=True)
class Rehearsal:
    """What a rehearsal works on, and what it found.

    Attributes:
        lab: the standing lab.
        timeline: the steps as they pass.
        passages: every passage through the gate, for the report.
        outage: seconds until no name resolved any more, once that was seen.
    """

    lab: Lab
    timeline: Timeline
    passages: list[Passage] = field(default_factory=list)
    outage: float | None = None

    @property
    def declarations(self) -> Declarations:
        """What is declared in the lab's copy."""
        return read_declarations(self.lab.places.work)

    def gate(self, stack: str) -> Gate:
        """The gate of a stack in the lab's copy."""
        return Gate(self.lab.places.work, stack, self.lab.environment)

    def run(self) -> None:
        """All steps; the first that does not show what it is to show ends the rehearsal.

        Raises:
            StepFailedError: a step showed something else.
            OperationalError: the engine or a daemon fails.
        """
        with self.timeline.drawn():
            self._build_and_cut()
            self._switch(Mode.FALLBACK)
            self._look("the fallback answers", Mode.FALLBACK)
            self._restore()
            self._machines_run()
            self._switch(Mode.PRIMARY)
            self._look("own nameservers answer again", Mode.PRIMARY)
            self._agree("failover: the APIs agree again", "failover")

    def _build_and_cut(self) -> None:
        """Both stacks side by side, which have locks and states of their own and know nothing of each other.

        A stack's proof that the APIs agree begins when its apply has ended. That of ``prod`` asks the own primary too
        and must end before the cut; that of ``failover`` asks nothing of ours. ``prod`` is not touched afterwards.
        """
        with ThreadPoolExecutor() as pool:
            built = {stack: pool.submit(self._pass, stack, stack) for stack in ("prod", "failover")}
            agreed = {
                stack: pool.submit(self._agree_after, stack, passing) for stack, passing in built.items()
            }
            for passing in built.values():
                passing.result()
            self._machines_run()
            self._look("own nameservers answer", Mode.PRIMARY)
            agreed["prod"].result()
            self._cut()
            agreed["failover"].result()

    def _agree_after(self, stack: str, passing: Future[None]) -> None:
        passing.result()
        self._agree(f"{stack}: the APIs agree", stack)

    def _agree(self, title: str, stack: str) -> None:
        with self.timeline.step(title) as step:
            expect_no_changes(self.gate(stack))
            step.found("pulumi preview --refresh --expect-no-changes: nothing left to change")

    def _pass(self, stack: str, title: str) -> None:
        key = Path(self.lab.environment["FFINFRA_SIGNING_KEY"])
        gate = self.gate(stack)
        self.passages.append(through_the_gate(gate, key, self.timeline, title))

    def _machines_run(self) -> None:
        """Machines that are folders run nothing; those that boot run what was rolled out."""
        if self.lab.environment["FFINFRA_LAB_MACHINES"] == MachineGrade.NSPAWN:
            with self.timeline.step("every machine runs its daemons") as step:
                await_running(self.declarations.network, Ssh(), step)

    def _look(self, title: str, mode: Mode) -> None:
        with self.timeline.step(title) as step:
            check_everything(Expected(self.declarations, mode, own=mode is Mode.PRIMARY), step)

    def _cut(self) -> None:
        with self.timeline.step("all own nameservers lose power: names stop resolving") as step:
            self.lab.ask("cut-nameservers")
            declarations = self.declarations
            parent = declarations.delegations.parent.origin
            self.outage = await_silence(declarations.zones, parent, SILENCE_SECONDS)
            memory = longest_memory(declarations)
            step.found(
                f"nothing resolves {self.outage:.1f} s after the cut (the lab's resolver remembers"
                f" {CACHE_SECONDS} s and still knows {parent}; with the declared TTLs a visitor could live on"
                f" up to {memory} s of memory)"
            )

    def _switch(self, mode: Mode) -> None:
        """The emergency's own commands, then the gate."""
        gate = self.gate("failover")
        for arguments in (["stack", "select", "failover"], ["config", "set", "mode", mode.value]):
            result = gate.engine.run(arguments, timeout=60, stack=False)
            if result.returncode:
                raise StepFailedError(f"pulumi {' '.join(arguments)}: {result.stderr.strip()}")
        self._pass("failover", f"failover to {mode}")

    def _restore(self) -> None:
        with self.timeline.step("own nameservers come back") as step:
            self.lab.ask("restore-nameservers")
            step.found("every own nameserver runs again on the files that were rolled out")
