"""The stack's mode and the gate: what a switch still has to do, and since when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ffinfra.dns.delegation.modes import Mode
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.approving import approve, prepare
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.problems import InvalidInputError, OperationalError

REFRESH_SECONDS: Final = 20
"""How long the APIs are asked before a switch whether things are as the state says."""

MODE_KEY: Final = "ffinfra:mode"


@dataclass(frozen=True, slots=True)
class Switch:
    """The way of one stack to one mode.

    Attributes:
        gate: of the stack.
        target: the mode.
    """

    gate: Gate
    target: Mode

    def mode(self) -> Mode:
        """The mode that is set now.

        Raises:
            OperationalError: none is set, or the configuration cannot be read.
        """
        value = self.gate.engine.configuration().get(MODE_KEY)
        try:
            return Mode(str(value))
        except ValueError:
            raise OperationalError(
                f"stack {self.gate.stack} has no mode that is known ({value!r})",
                f"Set one: pulumi config set mode {self.target} -s {self.gate.stack}",
            ) from None

    def set_mode(self, mode: Mode) -> None:
        """Write the mode into the stack's configuration.

        Raises:
            OperationalError: the engine refuses.
        """
        result = self.gate.engine.run(["config", "set", MODE_KEY, mode.value], timeout=60)
        if result.returncode:
            raise OperationalError(
                f"the mode cannot be set: {result.stderr.strip()}", "Check Pulumi.yaml and the stack's file"
            )

    def drift(self) -> str | None:
        """What speaks against the state being true, in words; None when the APIs agree with it."""
        arguments = ["preview", "--refresh", "--expect-no-changes"]
        try:
            result = self.gate.engine.run(arguments, timeout=REFRESH_SECONDS)
        except OperationalError:
            return f"the APIs were not through within {REFRESH_SECONDS} s; going on with the state as known"
        if result.returncode == 0:
            return None
        return "the APIs differ from the state, or do not answer; ffinfra preview --refresh shows it"

    def approved_ahead(self, preview: GatePreview) -> bool:
        """Whether an approval of exactly these steps lies ready; apply verifies it in full."""
        return any(
            stored.outcome is None and stored.record.steps == preview.steps
            for stored in self.gate.store.all()
        )

    def sign(self, preview: GatePreview, key: Path) -> StoredApproval:
        """Approve what a preview showed.

        Raises:
            OperationalError: it is blocked, or the key cannot sign.
        """
        return approve(self.gate, prepare(self.gate, preview, datetime.now(UTC)), key)

    def done_at(self) -> datetime | None:
        """When the last approval was applied completely; None where that is not known here."""
        last = self.gate.situation().state.last_approval
        if last is None:
            return None
        try:
            outcome = self.gate.store.find(last).outcome
        except InvalidInputError:
            return None
        return outcome.ended if outcome is not None and outcome.complete else None
