"""The stages of ``ffinfra failover``: each its own change through the gate, with the waits between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from ffinfra.commands.gate import show_preview, take_preview, watched_apply
from ffinfra.commands.handing_over import handed_over
from ffinfra.commands.signing import signed_words, signing_key
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.delegation.signed_switch import Stage, Standing, memory, stages
from ffinfra.failover.by_hand import changes_by_hand
from ffinfra.failover.convergence import Lookout, wait_out, watch
from ffinfra.failover.switching import Switch, bound_switch
from ffinfra.gate.applying import Watcher, tidy_up
from ffinfra.gate.approving import still_blocked
from ffinfra.gate.previewing import GatePreview
from ffinfra.gate.record import BoundSwitch
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.problems import BlockedError, OperationalError
from ffinfra.report.plain import plain


@dataclass(frozen=True, slots=True)
class SwitchRun:
    """One run of the command.

    Attributes:
        switch: of the stack.
        lookout: where is looked between the stages.
        console: for people.
        key: the SSH key that a person named.
        sign: whether to sign what no approval made ahead fits.
    """

    switch: Switch
    lookout: Lookout
    console: Console
    key: Path | None
    sign: bool

    def take_stages(self) -> bool:
        """Take every stage that is left; False where nothing was left to change.

        Raises:
            BlockedError: a rule stands against it.
            OperationalError: broken off in the middle.
            ApprovalRefusedError: no approval fits; the mode is as it was.
        """
        self._tidy_up()
        now = self.switch.standing()
        way = self._way(now)
        changed = False
        if way:
            self._refresh()
        if not way or way[0].wait:
            changed = self._performed(self._approved())
        for stage in way:
            if stage.wait:
                self._wait(stage)
            changed = self._move(stage.standing) or changed
        if not changed:
            self.console.print(f"nothing to change: the stack is at mode {self.switch.target}")
        return changed

    def change(self) -> bool:
        """Take what differs through the gate, the mode as it is; False where nothing differs.

        Raises:
            BlockedError: a rule stands against it.
            OperationalError: broken off in the middle.
            ApprovalRefusedError: no approval fits.
        """
        return self._performed(self._approved())

    def await_hand(self, lookout: Lookout) -> float:
        """At a parent that a person changes: tell the exact change and wait until it is seen; seconds waited."""
        parent = lookout.declarations.delegations.parent
        if not isinstance(parent, ManualParent):
            return 0.0
        lines = changes_by_hand(lookout, parent)
        if not lines:
            return 0.0
        for line in lines:
            self.console.print(line, markup=False)
        self.console.print("waiting until the parent says so; Ctrl-C, and the same command later, is fine")
        return self._await_parent(replace(lookout, resolvers=()))

    def _way(self, now: Standing) -> tuple[Stage, ...]:
        declarations = self.lookout.declarations
        caches = memory(declarations.delegations, (zone.zone for zone in declarations.zones))
        return stages(declarations.delegations, now, self.switch.target, caches)

    def _tidy_up(self) -> None:
        """A run that was killed leaves an engine that goes on, and operations whose end nobody saw."""
        with self.console.status("looking for a run that was broken off") as status:
            settled = tidy_up(self.switch.gate, Watcher(say=status.update, step=lambda _: None))
        for sentence in settled:
            self.console.print(f"settled: {plain(sentence)}", markup=False)

    def _refresh(self) -> None:
        with self.console.status("asking the APIs whether things are as the state says"):
            drift = self.switch.drift()
        if drift is not None:
            self.console.print(f"[yellow]careful[/]: {drift}")

    def _wait(self, stage: Stage) -> None:
        """Until the parent serves the stage before, then until caches have forgotten what was before it."""
        now = self.switch.standing()
        before = replace(self.lookout, mode=now.mode, trust=now.trust, resolvers=())
        if not self.await_hand(before):
            self._await_parent(before)
        self.console.print(f"{stage.wait} s until: {stage.what} ({stage.why})", markup=False)
        with self.console.status("letting caches forget") as status:
            wait_out(stage.wait, stage.why, status.update)

    def _await_parent(self, lookout: Lookout) -> float:
        """Until all of the parent's nameservers that can be heard have followed; seconds waited.

        One that stays unheard for the parent's TTL is passed over and named: it would hold up a switch for ever.
        """
        grace = lookout.declarations.delegations.parent.ttl
        with self.console.status("watching the parent") as status:
            found = watch(lookout, math.inf, status.update, grace=grace)
        for one in found.passed_over:
            self.console.print(f"passed over after {grace} s: {one}", markup=False)
        return found.seconds

    def _move(self, wanted: Standing) -> bool:
        """Set the mode and take the change through the gate; a refusal leaves the mode as it was."""
        now, before = self.switch.standing(), self.switch.file.read_bytes()
        with self.switch.trying(now, wanted, keep=True):
            self.console.print(f"mode {now.mode} -> {wanted.mode}")
            if now.trust is not wanted.trust:
                self.console.print(f"trust {now.trust} -> {wanted.trust}")
            preview = self._approved(bound_switch(now, wanted))
        try:
            return self._performed(preview)
        except ApprovalRefusedError:
            self.switch.restore(before)
            raise

    def _approved(self, moved: BoundSwitch | None = None) -> GatePreview | None:
        """What is to be applied, with an approval at hand where it may be signed; None for nothing."""
        preview = take_preview(self.switch.gate)
        if not preview.approval_needed:
            return None
        show_preview(self.console, preview, handing_on=handed_over(self.switch.gate, preview))
        ahead = self.switch.approved_ahead(preview)
        if still_blocked(preview.verdict, ahead.record.override if ahead else None):
            raise BlockedError("a rule blocks this change", "See the findings above, or ffinfra preview")
        fits = ahead is not None and ahead.record.steps == preview.steps
        # What passes by an override alone is never signed anew: the apply judges whether that one still fits.
        if self.sign and not fits and not preview.verdict.blocked:
            stored = self.switch.sign(preview, signing_key(self.key), moved)
            self.console.print(signed_words(stored))
        return preview

    def _performed(self, preview: GatePreview | None) -> bool:
        """Apply; False for nothing to do. A run that fails in the middle keeps the mode, to be gone on with."""
        if preview is None:
            return False
        if not watched_apply(self.switch.gate, None, self.console).outcome.complete:
            raise OperationalError("broken off", "Run the same command again, it goes on from here")
        return True
