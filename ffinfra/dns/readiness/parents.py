"""Asking the parent's nameservers, and those whom they name now."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import dns.name
import dns.rdatatype
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.NS import NS

from ffinfra.dns.check.question import Question
from ffinfra.dns.check.resolver import Resolver
from ffinfra.dns.check.response import ANSWER, ANYWHERE, Response
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import ParentFacts, ParentServers, Unknown


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one of the parent's nameservers says."""

    server: str
    ns: frozenset[str]
    ns_ttl: int
    ds: frozenset[str]
    serves: bool


async def parent_servers(asking: Asking, delegations: Delegations) -> ParentServers | Unknown:
    """The parent zone's nameservers, found from the root down; those without an address are named."""
    resolver = asking.resolver()
    parent = dns.name.from_text(delegations.parent.zone)
    response = (await resolver.resolve(parent, dns.rdatatype.NS)).response
    names = [] if response is None else [one.target for one in response.rdatas(NS, parent, ANSWER)]
    found = await asyncio.gather(*(resolver.addresses(name) for name in names))
    lacking = tuple(str(name) for name, addresses in zip(names, found, strict=True) if not addresses)
    addresses = tuple(dict.fromkeys(one for many in found for one in many if asking.usable(one)))
    if not addresses:
        return Unknown(f"no nameserver of {delegations.parent.zone} was found from the root down")
    return ParentServers(addresses, lacking)


async def ask_parent(asking: Asking, origin: str, servers: ParentServers) -> ParentFacts | Unknown:
    """What the parent's nameservers say; one that answers is enough, what all say is put together."""
    heard = await asyncio.gather(*(_hear(asking, one, origin) for one in servers.addresses))
    known = [one for one in heard if isinstance(one, _Heard)]
    if not known:
        return Unknown(f"none of {', '.join(servers.addresses)} answers for {origin}")
    naming = [one for one in known if one.ns]
    return ParentFacts(
        servers=servers.addresses,
        ns_ttl=max((one.ns_ttl for one in naming), default=None),
        ds=frozenset().union(*(one.ds for one in known)),
        ns=frozenset().union(*(one.ns for one in known)),
        lacking=servers.lacking,
        silent=tuple(one for one in heard if isinstance(one, str)),
        undelegating=tuple(one.server for one in known if not one.ns),
        serving=tuple(one.server for one in known if one.serves),
    )


async def ask_apex_ttl(
    asking: Asking, delegations: Delegations, origin: str, ns: Iterable[str]
) -> int | None:
    """The longest TTL of the apex NS at nameservers, which resolvers may hold; None where none of them answers.

    Args:
        asking: how is asked.
        delegations: whose literals are believed for the nameservers that they name.
        origin: the zone.
        ns: the names of the nameservers, with the final dot.
    """
    resolver = asking.resolver()
    found = await asyncio.gather(*(_addresses(resolver, delegations, one) for one in sorted(ns)))
    servers = [one for many in found for one in many if asking.usable(one)]
    name = dns.name.from_text(origin)
    question = Question(name, dns.rdatatype.NS)
    answers = await asyncio.gather(*(asking.transport.ask(one, question) for one in servers))
    ttls = [
        rrset.ttl
        for answer in answers
        if isinstance(answer, Response) and answer.authoritative
        for rrset in answer.rrsets(ANSWER)
        if rrset.name == name and rrset.rdtype == dns.rdatatype.NS
    ]
    return max(ttls, default=None)


async def _addresses(resolver: Resolver, delegations: Delegations, ns: str) -> tuple[str, ...]:
    for server in delegations.all_nameservers:
        if f"{server.name}." == ns.lower():
            return tuple(str(address) for address in server.addresses)
    return await resolver.addresses(dns.name.from_text(ns))


async def _hear(asking: Asking, server: str, origin: str) -> _Heard | str:
    """What a nameserver of the parent says, or its address where it gives no usable answer."""
    name = dns.name.from_text(origin)
    delegation = await asking.transport.ask(server, Question(name, dns.rdatatype.NS))
    secure = await asking.transport.ask(server, Question(name, dns.rdatatype.DS))
    if not isinstance(delegation, Response) or not isinstance(secure, Response):
        return server
    if delegation.rcode not in _ANSWERED or secure.rcode not in _ANSWERED:
        return server
    named = [
        rrset
        for rrset in delegation.rrsets(ANYWHERE)
        if rrset.name == name and rrset.rdtype == dns.rdatatype.NS
    ]
    return _Heard(
        server,
        ns=frozenset(str(one.target).lower() for one in delegation.rdatas(NS, name)),
        ns_ttl=max((rrset.ttl for rrset in named), default=0),
        ds=frozenset(rdata.to_text() for rdata in secure.rdatas(DS, name, ANSWER)),
        serves=delegation.authoritative and bool(delegation.rdatas(NS, name, ANSWER)),
    )


_ANSWERED = frozenset({"NOERROR", "NXDOMAIN"})
"""An answer about the name; REFUSED and SERVFAIL are none."""
