"""What a visitor and the nameservers see: the live checks of a rehearsal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dns.name
import dns.rdatatype

from ffinfra.dns.answers.comparing import Comparison, Role, compare_zone
from ffinfra.dns.answers.delegation import compare_delegation
from ffinfra.dns.check.live import LiveTransport, Timing
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import Response
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.modes import Mode, delegation_rrsets
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.records import RRsetKey
from ffinfra.lab.rehearsal.timeline import RunningStep, StepFailedError
from ffinfra.lab.topology import CLOUDFLARE_SERVERS, RESOLVER
from ffinfra.stack import Declarations

AGREEMENT_SECONDS = 40.0
"""How long secondaries and caches may take until all answer as declared."""

_VISITOR = Timing(udp_tries=(3.0, 3.0))
"""A resolver may have to try dead servers first."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be seen.

    Attributes:
        declarations: zones and delegation.
        mode: what the parent says.
        servers: the nameservers that must answer, their apex NS apart from what is declared or not.
        own_apex: whether those servers' apex NS is the declared one.
    """

    declarations: Declarations
    mode: Mode
    servers: tuple[NameserverAddress, ...]
    own_apex: bool


def check_everything(expected: Expected, step: RunningStep) -> None:
    """Every name of every zone, at every nameserver and through the resolver; delegation and glue.

    Raises:
        StepFailedError: something is not as declared after the time that agreement may take.
    """
    deadline = time.monotonic() + AGREEMENT_SECONDS
    while True:
        comparisons = asyncio.run(_look(expected))
        wrong = [one for _, comparison in comparisons for one in comparison.disagreements]
        if not wrong:
            for what, comparison in comparisons:
                step.found(f"{what}: {comparison.questions} questions answered as declared")
            return
        if time.monotonic() > deadline:
            raise StepFailedError(f"{len(wrong)} answers differ, such as: {'; '.join(map(str, wrong[:3]))}")
        step.say(f"{len(wrong)} answers not yet as declared")


async def _look(expected: Expected) -> list[tuple[str, Comparison]]:
    found: list[tuple[str, Comparison]] = []
    async with LiveTransport() as direct, LiveTransport(_VISITOR) as visitor:
        for zone in expected.declarations.zones:
            without = frozenset() if expected.own_apex else frozenset({RRsetKey(zone.zone.origin, "NS")})
            addresses = [str(address) for server in expected.servers for address in server.addresses]
            at_servers = await compare_zone(direct, zone.zone, addresses, Role.AUTHORITY, without=without)
            found.append((f"{zone.zone.origin} at {len(addresses)} nameserver addresses", at_servers))
            through = await compare_zone(visitor, zone.zone, [str(RESOLVER)], Role.RESOLVER, without=without)
            found.append((f"{zone.zone.origin} through unbound", through))
            rrsets = delegation_rrsets(expected.declarations.delegations, zone.declaration, expected.mode)
            parents = [str(address) for server in CLOUDFLARE_SERVERS for address in server.addresses]
            delegation = await compare_delegation(direct, zone.zone.origin, rrsets, parents)
            found.append((f"delegation and glue of {zone.zone.origin}, mode {expected.mode}", delegation))
    return found


def await_silence(zones: Iterable[DeclaredZone], seconds: float) -> float:
    """Wait until a visitor gets no answer for any zone any more; returns the seconds it took.

    Raises:
        StepFailedError: something still answers after the given time.
    """
    started = time.monotonic()
    names = [zone.zone.origin for zone in zones]
    while True:
        answered = asyncio.run(_resolves(names))
        if not any(answered):
            return time.monotonic() - started
        if time.monotonic() - started > seconds:
            raise StepFailedError(f"names still resolve {seconds:.0f} s after the last nameserver went down")


async def _resolves(names: Sequence[str]) -> list[bool]:
    """Whether the visitor gets an answer for each name; a server failure is none."""
    async with LiveTransport(Timing(udp_tries=(2.0,))) as transport:

        async def ask(name: str) -> bool:
            question = Question(dns.name.from_text(name), dns.rdatatype.A, recurse=True)
            outcome = await transport.ask(str(RESOLVER), question)
            return isinstance(outcome, Response) and outcome.rcode == "NOERROR"

        return list(await asyncio.gather(*(ask(name) for name in names)))


def longest_memory(declarations: Declarations) -> int:
    """For how many seconds a resolver with the declared TTLs may have gone on answering from its cache."""
    ttls = [rrset.ttl for zone in declarations.zones for rrset in zone.zone.rrsets]
    return max(ttls)
