"""Watching the parent's nameservers and resolvers until all of them have followed a switch."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ffinfra.dns.answers.delegation import compare_delegation
from ffinfra.dns.check.live import LiveTransport, Timing
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import ParentServers, Unknown
from ffinfra.dns.readiness.parents import ask_parent, parent_servers
from ffinfra.failover.followers import not_followed, sides_of
from ffinfra.stack import Declarations

PAUSE_SECONDS: Final = 2.0
"""Between two looks."""

_VISITOR: Final = Timing(udp_tries=(3.0, 3.0))
"""A resolver may have to try dead servers first."""


@dataclass(frozen=True, slots=True)
class Lookout:
    """Where is looked.

    Attributes:
        declarations: zones and delegation.
        mode: what the parent is to say.
        hints: the root servers.
        resolvers: addresses of resolvers that visitors use.
        port: of all servers.
        families: the versions of IP in use.
        trust: whether the parent is to have the DS of zones with an unsigned fallback.
    """

    declarations: Declarations
    mode: Mode
    hints: tuple[Nameserver, ...]
    resolvers: tuple[str, ...]
    port: int
    families: frozenset[Family]
    trust: Trust = Trust.PUBLISHED


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look has found, in words.

    Attributes:
        waiting: who says something else than the mode means.
        unheard: the parent's nameservers of which nothing is known, where another one of them answers.
    """

    waiting: tuple[str, ...]
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Converged:
    """How the watch ended.

    Attributes:
        waiting: what had not followed when the time was over; empty when everything has.
        seconds: how long was watched.
        looks: how often was looked.
        passed_over: the parent's nameservers that were not heard for the whole grace, in words.
    """

    waiting: tuple[str, ...]
    seconds: float
    looks: int
    passed_over: tuple[str, ...] = ()


def watch(
    lookout: Lookout, until: float, say: Callable[[str], None], *, grace: float = math.inf
) -> Converged:
    """Look again and again until everything has followed, or the time is over.

    Args:
        lookout: where is looked.
        until: the end by ``time.monotonic``, ``math.inf`` for none; one look is taken in any case.
        say: told after each look how much is left.
        grace: seconds without a break that a nameserver of the parent must be unheard to be passed over.
    """
    started = time.monotonic()
    looks = 0
    quiet: dict[str, float] = {}
    while True:
        seen = asyncio.run(look(lookout))
        looks += 1
        now = time.monotonic()
        quiet = {one: quiet.get(one, now) for one in seen.unheard}
        passed_over = tuple(one for one, since in quiet.items() if now - since >= grace)
        waiting = (*seen.waiting, *(one for one in seen.unheard if one not in passed_over))
        left = until - now
        if not waiting or left <= 0:
            return Converged(waiting, now - started, looks, passed_over)
        limit = f"at most {left:.0f} s left; " if math.isfinite(left) else ""
        say(f"{limit}{len(waiting)} have not followed, such as: {waiting[0]}")
        time.sleep(min(PAUSE_SECONDS, left))


def wait_out(seconds: int, why: str, say: Callable[[str], None]) -> None:
    """Let caches forget, with a countdown."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        say(f"{left:.0f} s left: {why}")
        time.sleep(min(1.0, left))


async def look(lookout: Lookout) -> Seen:
    """Who has not followed yet; with fresh sockets, so that a server may come back."""
    async with LiveTransport(port=lookout.port) as direct, LiveTransport(_VISITOR, lookout.port) as visitor:
        asking = Asking(direct, lookout.hints, lookout.families, lookout.port)
        delegations = lookout.declarations.delegations
        parents = await parent_servers(asking, delegations)
        if isinstance(parents, Unknown):
            return Seen((parents.reason,))
        origin = delegations.parent.origin
        waiting: list[str] = []
        unheard = [
            f"{name}, a nameserver of {origin}, has no address to be asked at" for name in parents.lacking
        ]
        for zone in lookout.declarations.zones:
            said = await _parents_word(asking, lookout, zone, parents)
            waiting += said.waiting
            unheard += said.unheard
            if lookout.resolvers:
                sides = await sides_of(asking, delegations, zone, lookout.mode)
                waiting += await not_followed(
                    visitor, lookout.resolvers, zone.zone.origin, lookout.mode, sides
                )
    return Seen(tuple(waiting), tuple(unheard))


async def _parents_word(asking: Asking, lookout: Lookout, zone: DeclaredZone, parents: ParentServers) -> Seen:
    """Whether the parent's nameservers say of one zone what the mode means; where all are silent nothing is known."""
    delegations, origin = lookout.declarations.delegations, zone.zone.origin
    said = await ask_parent(asking, origin, parents)
    if isinstance(said, Unknown):
        return Seen((said.reason,))
    declared = delegation_rrsets(delegations, zone.declaration, lookout.mode, lookout.trust)
    heard = [one for one in parents.addresses if one not in said.silent]
    any_ttl = isinstance(delegations.parent, ManualParent)
    compared = await compare_delegation(asking.transport, origin, declared, heard, any_ttl=any_ttl)
    return Seen(
        tuple(str(one) for one in compared.disagreements),
        tuple(
            f"{one}, a nameserver of {delegations.parent.origin}, gives no usable answer for {origin}"
            for one in said.silent
        ),
    )
