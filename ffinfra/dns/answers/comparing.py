"""Comparing a declared zone with what a server answers, question by question."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import dns.name
import dns.rdatatype
import dns.rrset

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import Response, Section
from ffinfra.dns.names import ancestors
from ffinfra.dns.records import RRset, RRsetKey, Zone, delegations
from ffinfra.dns.values import rdata_text

_AT_ONCE: Final = 128
"""Questions under way in all, as many as the transport lets through."""


class Role(Enum):
    """Whom we ask."""

    AUTHORITY = "nameserver"
    """A nameserver of the zone: it must answer with authority (AA) and the declared TTL."""
    RESOLVER = "resolver"
    """A visitor's resolver: it must give the declared values, with a TTL of at most the declared one."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question that was not answered as declared."""

    server: str
    question: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.server} answers {self.question} with {self.found}, declared is {self.expected}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of one round of questions.

    Attributes:
        questions: how many were asked.
        disagreements: those that were not answered as declared.
        left: how many could not be asked in the time that was given.
    """

    questions: int
    disagreements: tuple[Disagreement, ...]
    left: int = 0


async def compare_zone(
    transport: LiveTransport,
    zone: Zone,
    servers: Sequence[str],
    role: Role,
    *,
    without: frozenset[RRsetKey] = frozenset(),
    seconds: float = math.inf,
) -> Comparison:
    """Ask every server for every RRset of a zone, RRset by RRset, so that all servers get on alike.

    Args:
        transport: over which we ask.
        zone: as declared.
        servers: addresses.
        role: what they are.
        without: RRsets that may differ there, such as the apex NS at a provider that has its own.
        seconds: after this time no question is begun any more.
    """
    cut = frozenset(delegations(zone))
    rrsets = [rrset for rrset in zone.rrsets if rrset.key not in without and not _below(rrset, zone, cut)]
    if role is Role.RESOLVER:
        rrsets = [rrset for rrset in rrsets if rrset.owner not in cut]
    count = len(rrsets) * len(servers)
    questions = ((number, rrset, one) for number, rrset in enumerate(rrsets) for one in servers)
    until = time.monotonic() + seconds
    found: list[tuple[int, Disagreement]] = []
    asked = 0

    async def ask_on() -> None:
        nonlocal asked
        while time.monotonic() < until and (question := next(questions, None)) is not None:
            asked += 1
            number, rrset, server = question
            one = await _compare(transport, server, rrset, role, delegated=rrset.owner in cut)
            if one is not None:
                found.append((number, one))

    await asyncio.gather(*(ask_on() for _ in range(min(_AT_ONCE, count))))
    order = {server: number for number, server in enumerate(servers)}
    found.sort(key=lambda one: (order[one[1].server], one[0]))
    return Comparison(asked, tuple(one for _, one in found), count - asked)


def _below(rrset: RRset, zone: Zone, cut: frozenset[str]) -> bool:
    """Whether it lies below a delegation, where this zone has no authority: glue, or nothing at all."""
    if rrset.owner in cut:
        return rrset.type not in ("NS", "DS")
    return any(name in cut for name in ancestors(rrset.owner, zone.origin))


async def _compare(
    transport: LiveTransport, server: str, rrset: RRset, role: Role, *, delegated: bool
) -> Disagreement | None:
    question = Question(
        dns.name.from_text(rrset.owner),
        dns.rdatatype.from_text(rrset.type),
        recurse=role is Role.RESOLVER,
    )
    outcome = await transport.ask(server, question)
    if not isinstance(outcome, Response):
        return Disagreement(server, str(rrset.key), _shown(rrset), str(getattr(outcome, "reason", outcome)))
    referral = delegated and rrset.type == "NS"
    section = Section.AUTHORITY if referral else Section.ANSWER
    found = answered(outcome, rrset.key, section)
    with_authority = outcome.authoritative or referral or role is Role.RESOLVER
    if found is not None and with_authority and _equal(found, rrset, role):
        return None
    shown = _shown(found) if found is not None else outcome.rcode
    return Disagreement(
        server, str(rrset.key), _shown(rrset), shown if with_authority else f"{shown} (not AA)"
    )


def answered(response: Response, key: RRsetKey, section: Section) -> RRset | None:
    """The RRset of that name and type in a section of a response."""
    name, rdtype = dns.name.from_text(key.owner), dns.rdatatype.from_text(key.type)
    rrsets: list[dns.rrset.RRset] = response.message.sections[section.value]
    found = [rrset for rrset in rrsets if rrset.name == name and rrset.rdtype == rdtype]
    if not found:
        return None
    values = sorted({rdata_text(rdata) for rrset in found for rdata in rrset})
    return RRset(key.owner, key.type, min(rrset.ttl for rrset in found), tuple(values))


def _equal(found: RRset, declared: RRset, role: Role) -> bool:
    if found.values != declared.values:
        return False
    return found.ttl == declared.ttl if role is Role.AUTHORITY else found.ttl <= declared.ttl


def _shown(rrset: RRset) -> str:
    return f"{', '.join(rrset.values)} (ttl {rrset.ttl})"
