"""What a visitor and the nameservers see: the live checks of a rehearsal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import dns.name
import dns.rdatatype

from ffinfra.dns.answers.comparing import Comparison, Role, compare_zone
from ffinfra.dns.answers.delegation import compare_delegation
from ffinfra.dns.check.live import LiveTransport, Timing
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import Response
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import DelegatedZone
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.records import RRsetKey
from ffinfra.lab.rehearsal.timeline import RunningStep, StepFailedError
from ffinfra.lab.topology import CLOUDFLARE_SERVERS, RESOLVER, LabServer
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
        own: whether the own nameservers must answer; those of the fallback always must, they are kept warm.
    """

    declarations: Declarations
    mode: Mode
    own: bool


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
            origin = zone.zone.origin
            provider_apex = frozenset({RRsetKey(origin, "NS")})
            for whose, addresses, without in _groups(expected, zone.declaration, provider_apex):
                at_servers = await compare_zone(direct, zone.zone, addresses, Role.AUTHORITY, without=without)
                found.append((f"{origin} at {len(addresses)} addresses of the {whose}", at_servers))
            seen = frozenset() if expected.mode is Mode.PRIMARY else provider_apex
            through = await compare_zone(visitor, zone.zone, [str(RESOLVER)], Role.RESOLVER, without=seen)
            found.append((f"{origin} through unbound", through))
            rrsets = delegation_rrsets(expected.declarations.delegations, zone.declaration, expected.mode)
            parents = _addresses(CLOUDFLARE_SERVERS)
            delegation = await compare_delegation(direct, origin, rrsets, parents)
            found.append((f"delegation and glue of {origin}, mode {expected.mode}", delegation))
    return found


def _groups(
    expected: Expected, zone: DelegatedZone, provider_apex: frozenset[RRsetKey]
) -> Iterator[tuple[str, list[str], frozenset[RRsetKey]]]:
    """Who must answer for a zone, at which addresses, and what of the zone is the provider's own there."""
    delegations = expected.declarations.delegations
    if expected.own:
        own = zone.primary.nameservers or delegations.nameservers.own
        yield "own nameservers", _addresses(own), frozenset()
    yield "fallback's nameservers", _addresses(delegations.fallback_servers(zone)), provider_apex


def _addresses(servers: Iterable[NameserverAddress | LabServer]) -> list[str]:
    return [str(address) for server in servers for address in server.addresses]


def await_silence(zones: Iterable[DeclaredZone], parent: str, seconds: float) -> float:
    """Wait until a visitor gets no answer for any name of any zone any more; returns the seconds it took.

    Args:
        zones: of which nothing is to resolve.
        parent: a zone that must still resolve then, with the final dot: a resolver that is dead is silent too.
        seconds: how long names may go on resolving.

    Raises:
        StepFailedError: something still answers after the given time, or the parent does not resolve either.
    """
    started = time.monotonic()
    questions = [
        Question(dns.name.from_text(rrset.owner), dns.rdatatype.from_text(rrset.type), recurse=True)
        for zone in zones
        for rrset in zone.zone.rrsets
    ]
    while True:
        answered = asyncio.run(_resolved(questions))
        if not answered:
            took = time.monotonic() - started
            asyncio.run(_require_alive(Question(dns.name.from_text(parent), dns.rdatatype.SOA, recurse=True)))
            return took
        if time.monotonic() - started > seconds:
            raise StepFailedError(
                f"{answered[0].name} and {len(answered) - 1} more still resolve {seconds:.0f} s"
                " after the last nameserver went down"
            )


async def _resolved(questions: Sequence[Question]) -> list[Question]:
    """The questions that the visitor gets an answer to; a server failure is none."""
    async with LiveTransport(Timing(udp_tries=(2.0,))) as transport:

        async def ask(question: Question) -> bool:
            outcome = await transport.ask(str(RESOLVER), question)
            return isinstance(outcome, Response) and outcome.rcode == "NOERROR"

        answers = await asyncio.gather(*(ask(question) for question in questions))
        return [question for question, answered in zip(questions, answers, strict=True) if answered]


async def _require_alive(control: Question) -> None:
    """Fail unless the visitor's resolver answers a question whose nameservers were not cut off."""
    async with LiveTransport(_VISITOR) as transport:
        outcome = await transport.ask(str(RESOLVER), control)
    if not isinstance(outcome, Response):
        found = outcome.reason.value
    elif outcome.succeeded and outcome.message.answer:
        return
    else:
        found = f"{outcome.rcode}, {len(outcome.message.answer)} records"
    raise StepFailedError(
        f"nothing resolves, but {control} does not either ({found}), whose nameservers are up:"
        " the resolver itself fails"
    )


def longest_memory(declarations: Declarations) -> int:
    """For how many seconds a resolver with the declared TTLs may have gone on answering from its cache."""
    return max(rrset.ttl for zone in declarations.zones for rrset in zone.zone.rrsets)
