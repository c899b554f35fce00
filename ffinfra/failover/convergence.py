"""Watching the parent's nameservers and resolvers until all of them have followed a switch."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import dns.name
import dns.rdatatype
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.answers.delegation import compare_delegation
from ffinfra.dns.check.live import LiveTransport, Timing
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.delegation.declarations import DelegatedZone
from ffinfra.dns.delegation.modes import Mode, Trust, delegation_rrsets, nameservers_of
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.gathering import Asking, parent_servers
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
        asking = Asking(direct, lookout.hints, lookout.families)
        delegations = lookout.declarations.delegations
        parents = await parent_servers(asking, delegations)
        if isinstance(parents, Unknown):
            return (parents.reason,)
        waiting: list[str] = []
        any_ttl = isinstance(delegations.parent, ManualParent)
        for zone in lookout.declarations.zones:
            declared = delegation_rrsets(delegations, zone.declaration, lookout.mode, lookout.trust)
            origin = zone.zone.origin
            compared = await compare_delegation(direct, origin, declared, parents, any_ttl=any_ttl)
            waiting += [str(one) for one in compared.disagreements]
            waiting += await _resolvers(asking, visitor, lookout, zone.declaration)
    return tuple(waiting)


async def _resolvers(
    asking: Asking, visitor: LiveTransport, lookout: Lookout, zone: DelegatedZone
) -> list[str]:
    """The resolvers whose SOA is none that a nameserver of the mode serves."""
    if not lookout.resolvers:
        return []
    origin = zone.origin
    served = await _served(asking, lookout, zone)
    if not served:
        return [f"no nameserver of mode {lookout.mode} answers for {origin}"]
    answers = await asyncio.gather(*(_soa(visitor, one, origin, recurse=True) for one in lookout.resolvers))
    return [
        f"resolver {resolver} has {origin} from {'nobody' if found is None else found}"
        for resolver, found in zip(lookout.resolvers, answers, strict=True)
        if found not in served
    ]


async def _served(asking: Asking, lookout: Lookout, zone: DelegatedZone) -> set[str]:
    named = nameservers_of(lookout.declarations.delegations, zone, lookout.mode)
    servers = [str(address) for one in named for address in one.addresses]
    asked = [
        _soa(asking.transport, server, zone.origin, recurse=False)
        for server in servers
        if asking.usable(server)
    ]
    return {found for found in await asyncio.gather(*asked) if found is not None}


async def _soa(transport: LiveTransport, server: str, origin: str, *, recurse: bool) -> str | None:
    """Which primary an answer names, and its mailbox: by these the providers' copies of a zone differ."""
    name = dns.name.from_text(origin)
    outcome = await transport.ask(server, Question(name, dns.rdatatype.SOA, recurse=recurse))
    if not isinstance(outcome, Response):
        return None
    found = outcome.rdatas(SOA, name, ANSWER)
    return f"{found[0].mname} {found[0].rname}" if found else None
