"""Asking the parent and the nameservers to be switched to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import dns.dnssec
import dns.exception
import dns.name
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.RRSIG import RRSIG
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.answers.comparing import Role, compare_zone
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns, NoResponse, Question
from ffinfra.dns.check.resolver import Resolver
from ffinfra.dns.check.response import ANSWER, ANYWHERE, Response
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.modes import Mode, nameservers_of
from ffinfra.dns.delegation.sides import TransferringSide
from ffinfra.dns.readiness.accounts import ask_account
from ffinfra.dns.readiness.facts import ParentFacts, TargetFacts, Unknown, ZoneFacts
from ffinfra.dns.records import RRsetKey


@dataclass(frozen=True, slots=True)
class Asking:
    """How questions are asked.

    Attributes:
        transport: over which.
        hints: the root servers, to find the parent's nameservers.
        families: the versions of IP in use.
    """

    transport: LiveTransport
    hints: tuple[Nameserver, ...]
    families: frozenset[Family]

    def usable(self, address: str) -> bool:
        """Whether an address is of a version in use."""
        return (Family.IPV6 if ":" in address else Family.IPV4) in self.families


async def gather_facts(
    asking: Asking,
    delegations: Delegations,
    zones: Sequence[DeclaredZone],
    target: Mode,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ZoneFacts, ...]:
    """What is to be known of each zone before a switch to a mode, in the order of the zones.

    Args:
        asking: how nameservers are asked.
        delegations: nameservers and parent.
        zones: the zones.
        target: the mode.
        environment: with the tokens of the providers' APIs; one that lacks is told as unknown.
    """
    parents = await parent_servers(asking, delegations)
    asked = [_of_zone(asking, delegations, zone, target, parents) for zone in zones]
    accounts = [ask_account(delegations, zone, target, environment) for zone in zones]
    facts, told = await asyncio.gather(asyncio.gather(*asked), asyncio.gather(*accounts))
    return tuple(replace(one, account=account) for one, account in zip(facts, told, strict=True))


async def parent_servers(asking: Asking, delegations: Delegations) -> tuple[str, ...] | Unknown:
    """The addresses of the parent zone's nameservers, found from the root down."""
    resolver = Resolver(Network(asking.transport, asking.families), asking.hints)
    parent = dns.name.from_text(delegations.parent.zone)
    response = (await resolver.resolve(parent, dns.rdatatype.NS)).response
    names = [] if response is None else [one.target for one in response.rdatas(NS, parent, ANSWER)]
    found = await asyncio.gather(*(resolver.addresses(name) for name in names))
    addresses = tuple(dict.fromkeys(one for many in found for one in many if asking.usable(one)))
    return addresses or Unknown(f"no nameserver of {delegations.parent.zone} was found from the root down")


async def _of_zone(
    asking: Asking,
    delegations: Delegations,
    zone: DeclaredZone,
    target: Mode,
    parents: tuple[str, ...] | Unknown,
) -> ZoneFacts:
    origin = zone.zone.origin
    named = nameservers_of(delegations, zone.declaration, target)
    servers = [str(address) for one in named for address in one.addresses if asking.usable(str(address))]
    apart = frozenset() if target is Mode.PRIMARY else frozenset({RRsetKey(origin, "NS")})
    serials = dict(zip(servers, await asyncio.gather(*(_serial(asking, one, origin) for one in servers)),
                       strict=True))  # fmt: skip
    speaking = [server for server in servers if isinstance(serials[server], int)]
    comparison = await compare_zone(asking.transport, zone.zone, speaking, Role.AUTHORITY, without=apart)
    parent = parents if isinstance(parents, Unknown) else await _parent(asking, origin, parents)
    keys = {}
    if isinstance(parent, ParentFacts) and parent.ds:
        found = await asyncio.gather(*(_keys(asking, one, origin) for one in servers))
        keys = dict(zip(servers, found, strict=True))
    targets = TargetFacts(comparison, serials, keys)
    alive = await _anybody_speaks(asking, delegations, zone)
    return ZoneFacts(zone.zone.get(origin, "NS"), parent, targets, primary_alive=alive)


async def _anybody_speaks(asking: Asking, delegations: Delegations, zone: DeclaredZone) -> bool:
    """Whether secondaries at the fallback can renew the zone now; where none transfers, nobody is asked."""
    if not isinstance(delegations.fallback_of(zone.declaration), TransferringSide):
        return False
    at_rest = nameservers_of(delegations, zone.declaration, Mode.PRIMARY)
    servers = [str(address) for one in at_rest for address in one.addresses if asking.usable(str(address))]
    said = await asyncio.gather(*(_serial(asking, one, zone.zone.origin) for one in servers))
    return any(isinstance(one, int) for one in said)


async def _serial(asking: Asking, server: str, origin: str) -> int | Unknown:
    name = dns.name.from_text(origin)
    outcome = await asking.transport.ask(server, Question(name, dns.rdatatype.SOA))
    if isinstance(outcome, NoResponse):
        return Unknown(outcome.reason.value)
    found = outcome.rdatas(SOA, name, ANSWER)
    if not found or not outcome.authoritative:
        return Unknown(f"{outcome.rcode}{'' if outcome.authoritative else ', without authority'}")
    return int(found[0].serial)


async def _parent(asking: Asking, origin: str, servers: tuple[str, ...]) -> ParentFacts | Unknown:
    """What the parent's nameservers say; one that answers is enough, DS of all are put together."""
    name = dns.name.from_text(origin)
    ttls: list[int] = []
    ds: set[str] = set()
    heard = 0
    for server in servers:
        delegation = await asking.transport.ask(server, Question(name, dns.rdatatype.NS))
        secure = await asking.transport.ask(server, Question(name, dns.rdatatype.DS))
        if not isinstance(delegation, Response) or not isinstance(secure, Response) or not secure.succeeded:
            continue
        heard += 1
        ttls += [
            rrset.ttl
            for rrset in delegation.rrsets(ANYWHERE)
            if rrset.name == name and rrset.rdtype == dns.rdatatype.NS
        ]
        ds |= {rdata.to_text() for rdata in secure.rdatas(DS, name, ANSWER)}
    if not heard:
        return Unknown(f"none of {', '.join(servers)} answers for {origin}")
    return ParentFacts(servers, max(ttls, default=None), frozenset(ds))


async def _keys(asking: Asking, server: str, origin: str) -> frozenset[str]:
    """The DS values that a nameserver's keys stand for, if its DNSKEY RRset is validly signed by them."""
    name = dns.name.from_text(origin)
    question = Question(name, dns.rdatatype.DNSKEY, edns=Edns.DNSSEC)
    outcome = await asking.transport.ask(server, question)
    if not isinstance(outcome, Response):
        return frozenset()
    found = outcome.rdatas(DNSKEY, name, ANSWER)
    if not found or not _signed(outcome, name, found):
        return frozenset()
    made: set[str] = set()
    for key in found:
        for digest in ("SHA1", "SHA256", "SHA384"):
            made.add(dns.dnssec.make_ds(name, key, digest, validating=True).to_text())
    return frozenset(made)


def _signed(response: Response, name: dns.name.Name, keys: list[DNSKEY]) -> bool:
    """Whether the DNSKEY RRset is signed by one of its keys, at this time."""
    covering = [
        one for one in response.rdatas(RRSIG, name, ANSWER) if one.type_covered == dns.rdatatype.DNSKEY
    ]
    if not covering:
        return False
    rrset = dns.rrset.from_rdata_list(name, covering[0].original_ttl, keys)
    signatures = dns.rrset.from_rdata_list(name, covering[0].original_ttl, covering)
    try:
        dns.dnssec.validate(rrset, signatures, {name: rrset})
    except dns.exception.DNSException:
        return False
    return True
