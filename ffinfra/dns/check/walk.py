"""The walk from the root towards a zone, one label at a time, at every server on the way.

Source: https://github.com/zonemaster/zonemaster, docs/public/specifications/tests/Basic-TP/basic01.md,
step 6, which MethodsV2.md repeats under Get-Parent-NS-Names-and-IPs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from dns.name import Name
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import DNAME as DNAME_TYPE
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdatatype import A as A_TYPE
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.DNAME import DNAME
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.naming import ROOT, Nameserver
from ffinfra.dns.check.resolver import Resolver, addresses_of
from ffinfra.dns.check.response import ADDITIONAL, ANSWER, AUTHORITY, Kind, Response


class Sighting(Enum):
    """What a server of the parent zone shows at the name of the zone."""

    DELEGATION = "a referral to the zone"
    SOA = "the zone itself"
    NXDOMAIN = "no such name"
    CNAME = "an alias"
    CNAME_REFERRAL = "an alias with a referral"
    DNAME = "a redirected subtree"
    NODATA = "a name without a zone"


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting: at which server, taken to serve which parent zone; and the target of a DNAME."""

    parent: Name
    server: Nameserver
    sighting: Sighting
    target: Name | None = None


@dataclass(frozen=True, slots=True)
class ServerError:
    """A question on the way that a server answered wrongly or not at all."""

    server: Nameserver
    name: Name
    rdtype: RdataType


@dataclass
class Walk:
    """What the walk found.

    Attributes:
        seen: the sightings at the name of the zone, one an address and parent zone.
        errors: the servers that could not be used.
        names: all names met for an address of a zone.
    """

    seen: list[Seen] = field(default_factory=list)
    errors: list[ServerError] = field(default_factory=list)
    names: dict[tuple[Name, str], set[Nameserver]] = field(default_factory=dict)


class Walker:
    """Walks down to one zone."""

    def __init__(self, zone: Name, resolver: Resolver) -> None:
        self._zone = zone
        self._resolver = resolver
        self._network = resolver.network
        self._walk = Walk()
        self._waiting: list[tuple[Name, Nameserver]] = []

    async def walk(self) -> Walk:
        """Ask wave after wave of servers until no new server is met."""
        self._meet(ROOT, self._resolver.hints)
        while self._waiting:
            wave, self._waiting = self._waiting, []
            await asyncio.gather(*(self._visit(zone, server) for zone, server in wave))
        self._walk.seen.sort(key=lambda seen: str(seen.server))
        return self._walk

    def _meet(self, zone: Name, servers: Iterable[Nameserver]) -> None:
        for server in self._network.usable(servers):
            known = self._walk.names.setdefault((zone, server.address), set())
            if not known:
                self._waiting.append((zone, server))
            known.add(server)

    def _fail(self, server: Nameserver, name: Name, rdtype: RdataType) -> None:
        self._walk.errors.append(ServerError(server, name, rdtype))

    async def _visit(self, zone: Name, server: Nameserver) -> None:
        soa = await self._network.ask(server, zone, SOA_TYPE)
        if soa is None or not _is_apex(soa, zone):
            self._fail(server, zone, SOA_TYPE)
        elif await self._meet_apex_servers(zone, server):
            await self._descend(zone, server)

    async def _meet_apex_servers(self, zone: Name, server: Nameserver) -> bool:
        """Meet the servers in the zone's NS set; False when the server does not give it properly."""
        response = await self._network.ask(server, zone, NS_TYPE)
        if response is None or not _is_ns_answer(response, zone):
            self._fail(server, zone, NS_TYPE)
            return False
        self._meet(zone, await self._servers(response, response.rdatas(NS, zone, ANSWER)))
        return True

    async def _descend(self, zone: Name, server: Nameserver) -> None:
        """Ask a server of a zone for one label more each time, until it refers elsewhere or is done."""
        for depth in range(len(zone.labels) + 1, len(self._zone.labels) + 1):
            name = Name(self._zone.labels[-depth:])
            response = await self._network.ask(server, name, SOA_TYPE)
            if response is None:
                return self._fail(server, name, SOA_TYPE)
            at_zone = name == self._zone
            if _is_apex(response, name):
                if at_zone:
                    return self._see(zone, server, Sighting.SOA)
                if not await self._meet_apex_servers(name, server):
                    return None
                zone = name
            elif at_zone or not (response.succeeded and response.authoritative) or _refers(response, name):
                return await self._leave(zone, server, name, response)
        return None

    async def _leave(self, zone: Name, server: Nameserver, name: Name, response: Response) -> None:
        """What the last answer of a server means."""
        if response.rcode == "NXDOMAIN" and response.authoritative:
            self._see(zone, server, Sighting.NXDOMAIN)
        elif _refers(response, name):
            if name == self._zone:
                self._see(zone, server, Sighting.DELEGATION)
            else:
                self._meet(name, await self._servers(response, response.rdatas(NS, name, AUTHORITY)))
        elif response.succeeded and response.authoritative:
            await self._see_node(zone, server, response)
        elif response.succeeded and _has_ns(response) and response.rdatas(CNAME, self._zone, ANSWER):
            self._see(zone, server, Sighting.CNAME_REFERRAL)
        else:
            self._fail(server, name, SOA_TYPE)

    async def _see_node(self, zone: Name, server: Nameserver, response: Response) -> None:
        """The name exists in the parent zone: as an alias, a redirected subtree or a plain name."""
        if response.rdatas(CNAME, self._zone, ANSWER):
            return self._see(zone, server, Sighting.CNAME)
        answer = await self._network.ask(server, self._zone, DNAME_TYPE)
        if answer is None or not (answer.authoritative and answer.succeeded):
            return self._see(zone, server, Sighting.NODATA)
        targets = [rdata.target for rdata in answer.rdatas(DNAME, self._zone, ANSWER)]
        if not targets:
            return self._see(zone, server, Sighting.NODATA)
        return self._see(zone, server, Sighting.DNAME, targets[0])

    def _see(self, zone: Name, server: Nameserver, sighting: Sighting, target: Name | None = None) -> None:
        self._walk.seen.append(Seen(zone, server, sighting, target))

    async def _servers(self, response: Response, ns_set: list[NS]) -> list[Nameserver]:
        names = dict.fromkeys(rdata.target.canonicalize() for rdata in ns_set)
        found = await asyncio.gather(*(self._addresses(response, name) for name in names))
        return [
            Nameserver(name, address)
            for name, addresses in zip(names, found, strict=True)
            for address in addresses
        ]

    async def _addresses(self, response: Response, name: Name) -> list[str]:
        """Addresses of a nameserver name: from the additional section, else from lookups."""
        glue = addresses_of(response, name, ADDITIONAL)
        if glue:
            return glue
        ipv4, ipv6 = await asyncio.gather(
            self._resolver.resolve(name, A_TYPE), self._resolver.resolve(name, AAAA_TYPE)
        )
        return [*ipv4.addresses(), *ipv6.addresses()]


def _is_apex(response: Response, name: Name) -> bool:
    return response.succeeded and response.authoritative and len(response.rdatas(SOA, name, ANSWER)) == 1


def _is_ns_answer(response: Response, name: Name) -> bool:
    owners = [owner for owner, _ in response.owned(NS, ANSWER)]
    correct = bool(owners) and all(owner == name for owner in owners)
    return response.succeeded and response.authoritative and correct


def _has_ns(response: Response) -> bool:
    return bool(response.rdatas(NS, sections=AUTHORITY))


def _refers(response: Response, name: Name) -> bool:
    return response.kind is Kind.REFERRAL and bool(response.rdatas(NS, name, AUTHORITY))
