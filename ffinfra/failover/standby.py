"""Whether an approval made ahead still fits the switch that may be needed at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ffinfra.dns.delegation.mode import Mode
from ffinfra.failover.signing_ahead import standings_ahead
from ffinfra.failover.switching import MODE_KEY, TRUST_KEY, standing_in
from ffinfra.gate.previewing import Gate, judged_at
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.usable import usable_next, usable_switch
from ffinfra.gate.verification import Verified
from ffinfra.stack import kind_of, read_declarations
from ffinfra.stack_kind import StackKind

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


def standby(gate: Gate, now: datetime) -> Ready | Lacking | None:
    """Look at the approvals of a stack; nothing is previewed and nothing is written. None: it switches nothing.

    An approval that fits can still be refused by a fresh plan: this sees bindings and signatures alone.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: the engine does not answer, or the stack has no mode.
    """
    configuration = gate.engine.configuration()
    if kind_of(gate.stack, configuration) is not StackKind.FAILOVER:
        return None
    standing = standing_in(configuration, gate.stack)
    target = other_way(standing.mode)
    delegations = read_declarations(gate.project).delegations
    first, *later = standings_ahead(delegations, standing, target)
    settings = {MODE_KEY: str(first.mode)}
    if first.trust is not standing.trust:
        settings[TRUST_KEY] = str(first.trust)
    situation = judged_at(gate, gate.situation({**configuration, **settings}), now)
    found = [usable_switch(situation)]
    for wanted in later:
        before = found[-1]
        if isinstance(before, Verified):
            found.append(usable_next(situation, before.record, (wanted.mode, wanted.trust)))
    refused = next((one for one in found if isinstance(one, Refusal)), None)
    if refused is not None:
        return Lacking(target, refused.reason)
    until = min(one.record.expires for one in found if isinstance(one, Verified))
    if until <= now + SOON:
        return Lacking(target, f"the one that is there ends on {until:%Y-%m-%d %H:%M} UTC")
    return Ready(target, until)
