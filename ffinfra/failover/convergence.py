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
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.parents import parent_servers
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
class Converged:
    """How the watch ended.

    Attributes:
        waiting: what had not followed when the time was over; empty when everything has.
        seconds: how long was watched.
        looks: how often was looked.
    """

    waiting: tuple[str, ...]
    seconds: float
    looks: int


def watch(lookout: Lookout, until: float, say: Callable[[str], None]) -> Converged:
    """Look again and again until everything has followed, or the time is over.

    Args:
        lookout: where is looked.
        until: the end by ``time.monotonic``, ``math.inf`` for none; one look is taken in any case.
        say: told after each look how much is left.
    """
    started = time.monotonic()
    looks = 0
    while True:
        waiting = asyncio.run(look(lookout))
        looks += 1
        left = until - time.monotonic()
        if not waiting or left <= 0:
            return Converged(waiting, time.monotonic() - started, looks)
        limit = f"at most {left:.0f} s left; " if math.isfinite(left) else ""
        say(f"{limit}{len(waiting)} have not followed, such as: {waiting[0]}")
        time.sleep(min(PAUSE_SECONDS, left))


def wait_out(seconds: int, why: str, say: Callable[[str], None]) -> None:
    """Let caches forget, with a countdown."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        say(f"{left:.0f} s left: {why}")
        time.sleep(min(1.0, left))


async def look(lookout: Lookout) -> tuple[str, ...]:
    """Who has not followed yet, in words; with fresh sockets, so that a server may come back."""
    async with LiveTransport(port=lookout.port) as direct, LiveTransport(_VISITOR, lookout.port) as visitor:
        asking = Asking(direct, lookout.hints, lookout.families, lookout.port)
        delegations = lookout.declarations.delegations
        parents = await parent_servers(asking, delegations)
        if isinstance(parents, Unknown):
            return (parents.reason,)
        waiting = [
            f"{name}, a nameserver of {delegations.parent.origin}, has no address to be asked at"
            for name in parents.lacking
        ]
        any_ttl = isinstance(delegations.parent, ManualParent)
        for zone in lookout.declarations.zones:
            declared = delegation_rrsets(delegations, zone.declaration, lookout.mode, lookout.trust)
            origin = zone.zone.origin
            compared = await compare_delegation(direct, origin, declared, parents.addresses, any_ttl=any_ttl)
            waiting += [str(one) for one in compared.disagreements]
            if lookout.resolvers:
                sides = await sides_of(asking, delegations, zone, lookout.mode)
                waiting += await not_followed(visitor, lookout.resolvers, origin, lookout.mode, sides)
    return tuple(waiting)
