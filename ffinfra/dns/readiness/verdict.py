"""READY or NOT READY of one zone, with everything that a person or a monitor is told beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.signed_switch import Stage
from ffinfra.dns.readiness.estimates import Estimate, worst


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a zone is not ready, or what is worth a look without forbidding the switch.

    Attributes:
        id: stable.
        what: what is wrong, with names.
        way_out: what to do.
    """

    id: str
    what: str
    way_out: str


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Something that this run could not look at, and that does not decide alone."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class ZoneReadiness:
    """Whether one zone can be switched.

    Attributes:
        zone: its name.
        target: the mode to switch to.
        reasons: why not; none means READY.
        estimates: the worst case by class of resolver, counted from when the parent names the new nameservers;
            TTLs that are not known count as declared.
        skipped: what was not looked at.
        remarks: what is wrong and does not forbid the switch.
        primary_alive: whether secondaries at the fallback could renew the zone when it was asked.
        way: the stages that the switch of the whole delegation takes; more than one for the sake of DNSSEC.
        lead: seconds of those stages before the parent names the new nameservers.
        expiry: seconds that the secondaries to be switched to go on without a primary at least; None where
            nothing expires or where it is not known.
        signatures: seconds until the first signature at them ends; None where no DS asks for them.
        serials: the SOA serial by address, of the nameservers to be switched to and of those at rest.
    """

    zone: str
    target: Mode
    reasons: tuple[Reason, ...]
    estimates: tuple[Estimate, ...]
    skipped: tuple[NotLooked, ...]
    remarks: tuple[Reason, ...] = ()
    primary_alive: bool = False
    way: tuple[Stage, ...] = ()
    lead: int = 0
    expiry: int | None = None
    signatures: int | None = None
    serials: Mapping[str, int] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether nothing speaks against the switch."""
        return not self.reasons

    @property
    def following(self) -> int:
        """Seconds from when the parent names the new nameservers until every resolver has followed, at worst."""
        return worst(self.estimates)

    @property
    def eta(self) -> int:
        """Seconds from now until every resolver has followed, at worst, stages before the change included."""
        return self.lead + self.following
