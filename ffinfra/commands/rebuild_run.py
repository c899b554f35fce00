"""``ffinfra failover --rebuild``: the stack anew from what the providers hold."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from ffinfra.commands.gate import take_preview
from ffinfra.commands.switch_run import SwitchRun
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.failover.convergence import Lookout
from ffinfra.failover.held import list_held
from ffinfra.failover.parent_word import parent_says, standing_of
from ffinfra.failover.rebuilding import find_missing, import_document, make_stack, take_over, taken
from ffinfra.failover.switching import Switch
from ffinfra.gate.operations import Operation
from ffinfra.problems import BlockedError, OperationalError


@dataclass(frozen=True, slots=True)
class RebuildRun:
    """One run of the command.

    Attributes:
        switch: of the stack; its target does not matter.
        lookout: where the parent is asked.
        console: for people.
        changing: takes what is left to change through the gate.
    """

    switch: Switch
    lookout: Lookout
    console: Console
    changing: SwitchRun

    def take_over(self) -> None:
        """Import what stands, then take what is missing through the gate.

        Raises:
            OperationalError: there is a state already, the parent says what no mode is, or an API fails.
            BlockedError: the gate blocks what is left.
        """
        self.bring_in()
        self._change_the_rest()

    def bring_in(self) -> None:
        """Import what stands; nothing is changed anywhere.

        Raises:
            OperationalError: there is a state already, the parent says what no mode is, or an API fails.
        """
        engine = self.switch.gate.engine
        make_stack(engine)
        if self.switch.gate.situation().state.last_approval is not None:
            raise OperationalError(
                f"stack {engine.stack} has a state that was applied through the gate: there is nothing to rebuild",
                f"Where it is no longer true, forget it: pulumi stack rm {engine.stack} --force --preserve-config",
            )
        self._find_mode()
        self._import()

    def _find_mode(self) -> None:
        """The mode is what the parent says."""
        delegations = self.lookout.declarations.delegations
        with self.console.status("asking the parent's nameservers what they say"):
            said = parent_says(self.lookout)
        found = standing_of(delegations, said)
        if found is None:
            now = self.switch.standing()
            wanted = [
                str(rrset)
                for zone in delegations.zones
                for rrset in delegation_rrsets(delegations, zone, now.mode, now.trust)
            ]
            told = [str(rrset) for rrsets in said.values() for rrset in rrsets]
            raise OperationalError(
                f"the parent says what belongs to no mode: {'; '.join(told) or 'nothing'}",
                f"Bring it to one by hand (ffinfra runbook); mode {now.mode} is: {'; '.join(wanted)}",
            )
        self.console.print(f"the parent is at mode {found.mode}, trust {found.trust}")
        self.switch.set_standing(self.switch.standing(), found)

    def _import(self) -> None:
        engine = self.switch.gate.engine
        with self.console.status("asking the program what it declares") as status:
            missing = find_missing(engine)
            if not missing.resources:
                self.console.print("nothing to take over: the state has everything that is declared")
                return
            status.update("listing what the providers hold")
            held = list_held(missing.resources, engine.environment)
            document = import_document(missing, held.identifier)
            found, absent = taken(missing, document)
            status.update(f"reading {len(found)} resources")
            take_over(engine, document, [one.urn for one in found if one.protect])
        self.console.print(f"taken over as they stand: {len(found)} resources; to be made: {len(absent)}")

    def _change_the_rest(self) -> None:
        preview = take_preview(self.switch.gate)
        odd = {change.operation for change in preview.changes.effective}
        if odd & {one for one in Operation if one.removes or one.replaces}:
            raise BlockedError("this would remove or replace what stands", "ffinfra preview shows it")
        if not self.changing.change():
            self.console.print("nothing to change: everything stands as declared")
