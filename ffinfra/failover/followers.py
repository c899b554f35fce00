"""Which side's nameservers a resolver asks: by the SOA that it gives, or by an answer that no cache can hold."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dns.name
import dns.rdatatype
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.readiness.asking import Asking

_ANSWERED = frozenset({"NOERROR", "NXDOMAIN"})


@dataclass(frozen=True, slots=True)
class Sides:
    """What tells the two sides of one zone apart.

    Attributes:
        new: primary and mailbox in the SOAs that the mode's nameservers serve.
        old: the same of those that only the other side has, and of what is declared where that is the old side.
        old_alive: whether one of the old side's nameservers still speaks for the zone.
        shared: whether both sides serve one SOA, because one has the zone from the other or both are named.
        proved: whether resolvers may hold signed proofs of the zone, from which they can make answers up (RFC 8198).
    """

    new: frozenset[str]
    old: frozenset[str]
    old_alive: bool
    shared: bool
    proved: bool

    @property
    def told_by_soa(self) -> bool:
        """Whether a resolver's SOA shows which side it has it from."""
        return not self.shared and not self.new & self.old


async def sides_of(asking: Asking, delegations: Delegations, zone: DeclaredZone, mode: Mode) -> Sides:
    """Ask both sides of a zone for what they serve."""
    named = set(_addresses(asking, delegations, zone, mode))
    other = [one for one in _addresses(asking, delegations, zone, Mode.MIXED) if one not in named]
    origin = zone.zone.origin
    new, old = await asyncio.gather(_served(asking, named, origin), _served(asking, other, origin))
    soa = zone.zone.soa
    declared = {_words(soa.mname, soa.rname)} if mode is Mode.FALLBACK else set()
    shared = mode is Mode.MIXED or delegations.shares_source(zone.declaration)
    return Sides(frozenset(new), frozenset(old | declared), bool(old), shared, bool(zone.declaration.ds))


async def not_followed(
    visitor: LiveTransport, resolvers: Sequence[str], origin: str, mode: Mode, sides: Sides
) -> list[str]:
    """The resolvers that are not seen to ask the mode's nameservers, in words."""
    if not resolvers:
        return []
    if not sides.new:
        return [f"no nameserver of mode {mode} answers for {origin}"]
    return [
        f"resolver {resolver} {word}"
        for resolver, word in zip(
            resolvers,
            await asyncio.gather(*(_word(visitor, one, origin, sides) for one in resolvers)),
            strict=True,
        )
        if word
    ]


async def _word(visitor: LiveTransport, resolver: str, origin: str, sides: Sides) -> str:
    """Why a resolver is not seen to have followed; empty when it is."""
    if sides.told_by_soa:
        found = await _soa(visitor, resolver, origin, recurse=True)
        return "" if found in sides.new else f"has {origin} from {'nobody' if found is None else found}"
    if sides.old_alive or sides.proved:
        why = "both answer" if sides.old_alive else "it may make up answers from signed proofs (RFC 8198)"
        return f"cannot be seen to follow: both sides serve the same SOA of {origin}, and {why}"
    if await _fetches(visitor, resolver, origin):
        return ""
    return f"does not get an answer for {origin}"


async def _fetches(visitor: LiveTransport, resolver: str, origin: str) -> bool:
    """Whether a resolver gets an answer that nobody can have asked before, so that a living nameserver gave it."""
    name = dns.name.from_text(f"ffinfra-{secrets.token_hex(8)}.{origin}")
    outcome = await visitor.ask(resolver, Question(name, dns.rdatatype.A, recurse=True))
    return isinstance(outcome, Response) and outcome.rcode in _ANSWERED


async def _served(asking: Asking, servers: Iterable[str], origin: str) -> set[str]:
    found = await asyncio.gather(*(_soa(asking.transport, one, origin, recurse=False) for one in servers))
    return {one for one in found if one is not None}


def _addresses(asking: Asking, delegations: Delegations, zone: DeclaredZone, mode: Mode) -> list[str]:
    named = nameservers_of(delegations, zone.declaration, mode)
    found = [str(address) for server in named for address in server.addresses]
    return [one for one in found if asking.usable(one)]


async def _soa(transport: LiveTransport, server: str, origin: str, *, recurse: bool) -> str | None:
    """Which primary an answer names, and its mailbox: by these a provider's own copy of a zone differs."""
    name = dns.name.from_text(origin)
    outcome = await transport.ask(server, Question(name, dns.rdatatype.SOA, recurse=recurse))
    if not isinstance(outcome, Response):
        return None
    found = outcome.rdatas(SOA, name, ANSWER)
    return _words(str(found[0].mname), str(found[0].rname)) if found else None


def _words(mname: str, rname: str) -> str:
    return f"{mname.lower()} {rname.lower()}"
