"""Whether an approval made ahead still fits the switch that may be needed at night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.signed_switch import Memory, Standing, stages
from ffinfra.failover.switching import MODE_KEY, TRUST_KEY, Switch
from ffinfra.gate.approving import prepare
from ffinfra.gate.lifetime import STANDBY_FOR
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, BoundSwitch, Override
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.usable import Situation, usable_switch
from ffinfra.problems import OperationalError
from ffinfra.stack import read_declarations

SOON = timedelta(days=3)
"""An approval made ahead that ends within it does not count any more: somebody has to sign the next by day."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An approval lies ready.

    Attributes:
        target: the mode that it switches to.
        until: when it expires.
    """

    target: Mode
    until: datetime

    def __str__(self) -> str:
        return f"standby: a switch to {self.target} is approved until {self.until:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Lacking:
    """None fits.

    Attributes:
        target: the mode that cannot be switched to without signing at night.
        reason: why none fits.
    """

    target: Mode
    reason: str

    def __str__(self) -> str:
        return (
            f"standby: nothing lies ready for a switch to {self.target} ({self.reason}); sign one by day:"
            f" ffinfra approve --standby {self.target} --stack failover"
        )


def other_way(mode: Mode) -> Mode:
    """The mode that may be needed next: the fallback, or back from it."""
    return Mode.PRIMARY if mode is Mode.FALLBACK else Mode.FALLBACK


def first_standing(delegations: Delegations, now: Standing, target: Mode) -> Standing:
    """What the first change on the way to a mode sets; only zones in stages have more than one."""
    way: Sequence[Standing] = [one.standing for one in stages(delegations, now, target, Memory(0, 0))]
    return way[0] if way else now


def standby_preview(switch: Switch, *, live: bool = False) -> tuple[GatePreview, BoundSwitch]:
    """What the first change of a switch would be from here, to be signed ahead; the mode that is set stays.

    Args:
        switch: of the stack.
        live: ask the providers what they hold and offer.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: the engine does not answer, or the stack has no mode.
    """
    delegations = read_declarations(switch.gate.project).delegations
    now = switch.standing()
    first = first_standing(delegations, now, switch.target)
    with switch.trying(first, keep=False):
        preview = switch.gate.preview(live=live)
    bound = BoundSwitch(from_mode=now.mode, from_trust=now.trust, to_mode=first.mode, to_trust=first.trust)
    return preview, bound


def sign_ahead(
    gate: Gate, preview: GatePreview, switch: BoundSwitch, override: Override | None = None
) -> ApprovalRecord:
    """The record that would approve a switch ahead.

    Raises:
        OperationalError: it is blocked, or there is nothing to switch.
    """
    if not preview.steps:
        raise OperationalError(
            f"a switch of {gate.stack} to {switch.to_mode} changes nothing", "Name another mode"
        )
    return prepare(gate, preview, datetime.now(UTC), STANDBY_FOR, override, switch)


def standby(gate: Gate, now: datetime) -> Ready | Lacking:
    """Look at the approvals of a failover stack; nothing is previewed and nothing is written.

    An approval that fits can still be refused by a fresh plan: this sees bindings and signatures alone.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: the engine does not answer, or the stack has no mode.
    """
    switch = Switch(gate, Mode.FALLBACK)
    standing = switch.standing()
    target = other_way(standing.mode)
    delegations = read_declarations(gate.project).delegations
    wanted = first_standing(delegations, standing, target)
    settings = {MODE_KEY: str(wanted.mode)}
    if wanted.trust is not standing.trust:
        settings[TRUST_KEY] = str(wanted.trust)
    ahead = gate.situation(settings)
    situation = Situation(
        gate.project, gate.stack, ahead.bindings, ahead.state, now, gate.environment, ahead.key, ahead.switch
    )
    judged = usable_switch(situation)
    if isinstance(judged, Refusal):
        return Lacking(target, judged.reason)
    if judged.record.expires <= now + SOON:
        return Lacking(target, f"the one that is there ends on {judged.record.expires:%Y-%m-%d %H:%M} UTC")
    return Ready(target, judged.record.expires)
