"""Asking nameservers whether they speak for a zone, at which serial, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import dns.name
import dns.rdatatype
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.question import Edns, NoResponse, Question
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import Unknown


async def ask_serials(asking: Asking, servers: Sequence[str], origin: str) -> Mapping[str, int | Unknown]:
    """The SOA serial at each address, or why there is none with authority."""
    found = await asyncio.gather(*(_serial(asking, one, origin) for one in servers))
    return dict(zip(servers, found, strict=True))


async def ask_expires(asking: Asking, servers: Sequence[str], origin: str) -> Mapping[str, int]:
    """Seconds until each address gives the zone up, of those that tell (RFC 7314; Knot and BIND do, NSD not)."""
    question = Question(dns.name.from_text(origin), dns.rdatatype.SOA, edns=Edns.EXPIRE)
    answers = await asyncio.gather(*(asking.transport.ask(one, question) for one in servers))
    told = {
        server: answer.expire
        for server, answer in zip(servers, answers, strict=True)
        if isinstance(answer, Response) and answer.authoritative
    }
    return {server: seconds for server, seconds in told.items() if seconds is not None}


async def _serial(asking: Asking, server: str, origin: str) -> int | Unknown:
    name = dns.name.from_text(origin)
    outcome = await asking.transport.ask(server, Question(name, dns.rdatatype.SOA))
    if isinstance(outcome, NoResponse):
        return Unknown(outcome.reason.value)
    found = outcome.rdatas(SOA, name, ANSWER)
    if not found or not outcome.authoritative:
        return Unknown(f"{outcome.rcode}{'' if outcome.authoritative else ', without authority'}")
    return int(found[0].serial)
