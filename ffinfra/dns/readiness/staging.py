"""The stages that a switch of the whole delegation takes from where the parent stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.delegation.signed_switch import (
    Stage,
    Standing,
    memory,
    stages,
    unsigned_at_fallback,
)
from ffinfra.dns.readiness.facts import ParentFacts, Unknown
from ffinfra.dns.records import Zone

ParentsWord = Mapping[str, ParentFacts | Unknown]
"""Zone with the final dot -> what its parent says."""


def standing_now(delegations: Delegations, said: ParentsWord) -> Standing:
    """Mode and trust by what the parent says; what cannot be told counts as at rest, from where it takes longest."""
    modes = {_mode(delegations, origin, word) for origin, word in said.items()}
    mode = next(iter(modes)) if len(modes) == 1 else Mode.PRIMARY
    concerned = {f"{zone}." for zone in unsigned_at_fallback(delegations)} & set(said)
    known = [word for origin, word in said.items() if origin in concerned and isinstance(word, ParentFacts)]
    withdrawn = bool(known) and len(known) == len(concerned) and not any(word.ds for word in known)
    return Standing(mode, Trust.WITHDRAWN if withdrawn else Trust.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``ffinfra failover`` would do.

    Attributes:
        now: where the parent stands.
        target: the mode to switch to.
        way: stage by stage.
    """

    now: Standing
    target: Mode
    way: tuple[Stage, ...]

    @property
    def lead(self) -> int:
        """Seconds of waiting before the parent names the new nameservers; 0 where it names them already."""
        waited = 0
        for stage in self.way if self.now.mode is not self.target else ():
            waited += stage.wait
            if stage.standing.mode is self.target:
                break
        return waited


def planned(delegations: Delegations, zones: Iterable[Zone], said: ParentsWord, target: Mode) -> Plan:
    """The stages from where the parent stands now.

    Args:
        delegations: nameservers and parent.
        zones: every declared zone, because all are switched together.
        said: what the parent says of those that were asked.
        target: the mode to switch to.
    """
    now = standing_now(delegations, said)
    return Plan(now, target, stages(delegations, now, target, memory(delegations, zones)))


def _mode(delegations: Delegations, origin: str, word: ParentFacts | Unknown) -> Mode:
    zone = next(one for one in delegations.zones if one.origin == origin)
    if isinstance(word, ParentFacts):
        for mode in (Mode.FALLBACK, Mode.MIXED):
            if word.ns == {f"{server.name}." for server in nameservers_of(delegations, zone, mode)}:
                return mode
    return Mode.PRIMARY
