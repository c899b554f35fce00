"""The stack's mode and the gate: what a switch still has to do, and since when it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.approving import approve, prepare
from ffinfra.gate.cosigning import waiting_record
from ffinfra.gate.lifetime import STANDBY_FOR
from ffinfra.gate.plain_files import replace_file
from ffinfra.gate.previewing import Gate, GatePreview, judged_at
from ffinfra.gate.record import BoundSwitch
from ffinfra.gate.usable import usable_approval
from ffinfra.gate.verification import Verified
from ffinfra.problems import InvalidInputError, OperationalError

REFRESH_SECONDS: Final = 20
"""How long the APIs are asked before a switch whether things are as the state says."""

MODE_KEY: Final = "ffinfra:mode"
TRUST_KEY: Final = "ffinfra:trust"


def bound_switch(now: Standing, wanted: Standing, wait: int | None = None) -> BoundSwitch:
    """What an approval of the way from one standing to another is for.

    Args:
        now: what is set before it.
        wanted: what it sets.
        wait: seconds after the stage before; None for a first stage.
    """
    return BoundSwitch(
        from_mode=now.mode, from_trust=now.trust, to_mode=wanted.mode, to_trust=wanted.trust, wait=wait
    )


def standing_in(configuration: Mapping[str, Any], stack: str) -> Standing:
    """Mode and trust of a stack's configuration.

    Raises:
        OperationalError: none is set, or one that is not known.
    """
    mode, trust = configuration.get(MODE_KEY), configuration.get(TRUST_KEY, Trust.PUBLISHED)
    try:
        return Standing(Mode(str(mode)), Trust(str(trust)))
    except ValueError:
        raise OperationalError(
            f"stack {stack} has no mode that is known (mode {mode!r}, trust {trust!r})",
            f"Set one: pulumi config set mode {Mode.PRIMARY} -s {stack}",
        ) from None


@dataclass(frozen=True, slots=True)
class Switch:
    """The way of one stack to one mode.

    Attributes:
        gate: of the stack.
        target: the mode.
    """

    gate: Gate
    target: Mode

    def standing(self) -> Standing:
        """Mode and trust that are set now.

        Raises:
            OperationalError: none is set, or the configuration cannot be read.
        """
        return standing_in(self.gate.engine.configuration(), self.gate.stack)

    def set_standing(self, now: Standing, wanted: Standing) -> None:
        """Write what differs into the stack's configuration.

        Raises:
            OperationalError: the engine refuses.
        """
        if wanted.mode is not now.mode:
            self._set(MODE_KEY, wanted.mode)
        if wanted.trust is not now.trust:
            self._set(TRUST_KEY, wanted.trust)

    @contextmanager
    def trying(self, now: Standing, wanted: Standing, *, keep: bool) -> Iterator[None]:
        """The configuration set to a mode; put back byte by byte when the body raises.

        Args:
            now: mode and trust as they are set.
            wanted: as they are to be.
            keep: whether it stays set when the body ends well.
        """
        before = self.file.read_bytes()
        kept = False
        try:
            self.set_standing(now, wanted)
            yield
            kept = keep
        finally:
            if not kept:
                self.restore(before)

    @property
    def file(self) -> Path:
        """Where the mode is written."""
        return self.gate.project / f"Pulumi.{self.gate.stack}.yaml"

    def restore(self, content: bytes) -> None:
        """Replace the stack's file as a whole, so that a kill leaves the old one or the new one."""
        replace_file(self.file, content)

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

    def approved_ahead(self, preview: GatePreview) -> Verified | None:
        """The approval that an apply would take for what was previewed, by its own judgement; None for none.

        Its steps may still be others than those of the preview.

        Raises:
            InvalidInputError: an approval's file was edited.
            OperationalError: the signers in force cannot be told.
        """
        judged = usable_approval(judged_at(self.gate, preview, datetime.now(UTC)), None)
        return judged if isinstance(judged, Verified) else None

    def sign(self, preview: GatePreview, key: Path, moved: BoundSwitch | None = None) -> StoredApproval:
        """Approve what a preview showed: by one more signature where a record of just this waits for one.

        Args:
            preview: what was shown.
            key: the SSH key to sign with.
            moved: the switch that the preview is of; a record of it that was made ahead may wait too.

        Raises:
            OperationalError: it is blocked, or the key cannot sign.
        """
        now = datetime.now(UTC)
        fresh = prepare(self.gate, preview, now)
        record = waiting_record(self.gate, fresh, now)
        if record is None and moved is not None:
            record = waiting_record(
                self.gate, prepare(self.gate, preview, now, STANDBY_FOR, switch=moved), now
            )
        return approve(self.gate, record or fresh, key)

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

    def _set(self, key: str, value: str) -> None:
        result = self.gate.engine.run(["config", "set", key, value], timeout=60)
        if result.returncode:
            raise OperationalError(
                f"{key} cannot be set: {result.stderr.strip()}", "Check Pulumi.yaml and the stack's file"
            )
