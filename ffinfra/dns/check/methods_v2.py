"""MethodsV2: a zone's nameservers as the parent's referral and the zone itself give them.

Source: https://github.com/zonemaster/zonemaster, docs/public/specifications/tests/MethodsV2.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import A as A_TYPE
from dns.rdtypes.ANY.NS import NS

from ffinfra.dns.check.naming import ROOT, Nameserver
from ffinfra.dns.check.once import Once
from ffinfra.dns.check.resolver import Resolver, addresses_of
from ffinfra.dns.check.response import ADDITIONAL, ANSWER, AUTHORITY, Kind, Response
from ffinfra.dns.check.walk import Sighting, Walk, Walker

Addresses = dict[Name, dict[str, None]]
"""The addresses of each nameserver name, in the order met; a name may have none."""


@dataclass(frozen=True)
class Parents:
    """The servers of the parent zone.

    Attributes:
        servers: their names and addresses; empty for the root zone and an undelegated zone.
        found: False when the parent zone could not be determined.
    """

    servers: tuple[Nameserver, ...]
    found: bool = True


class MethodsV2:
    """The server sets of one zone, each computed once."""

    def __init__(
        self, name: Name, resolver: Resolver, given: Mapping[Name, tuple[str, ...]] | None = None
    ) -> None:
        self.name = name
        self._resolver = resolver
        self._network = resolver.network
        self._given = given
        self._walks: Once[None, Walk] = Once()
        self._sets: Once[str, Addresses] = Once()

    async def walk(self) -> Walk:
        """The walk from the root to the zone."""
        return await self._walks.get(None, lambda: Walker(self.name, self._resolver).walk())

    async def parents(self) -> Parents:
        """Get-Parent-NS-Names-and-IPs."""
        if self.name == ROOT or self._given is not None:
            return Parents(())
        walk = await self.walk()
        kinds = {Sighting.SOA, Sighting.DELEGATION}
        places = {(seen.parent, seen.server.address) for seen in walk.seen if seen.sighting in kinds}
        servers = {server for place in places for server in walk.names[place]}
        return Parents(tuple(sorted(servers, key=str)), found=bool(servers))

    async def delegation(self) -> Addresses:
        """Get-Del-NS-Names-and-IPs: the delegation, out-of-bailiwick names looked up."""
        return await self._sets.get("delegation", self._find_delegation)

    async def delegated_servers(self) -> list[Nameserver]:
        """The servers in the delegation that have an address."""
        return _servers(await self.delegation())

    async def zone_names(self) -> list[Name]:
        """Get-Zone-NS-Names: the NS names in authoritative answers of the delegation's servers."""
        responses = await asyncio.gather(
            *(self._network.ask(server, self.name, NS_TYPE) for server in await self.delegated_servers())
        )
        usable = [one for one in responses if one is not None and one.authoritative and one.succeeded]
        names = (rdata.target.canonicalize() for one in usable for rdata in one.rdatas(NS, self.name, ANSWER))
        return list(dict.fromkeys(names))

    async def zone_servers(self) -> list[Nameserver]:
        """Get-Zone-NS-Names-and-IPs, without the names that have no address."""
        return _servers(await self._sets.get("zone", self._find_zone_set))

    async def all_servers(self) -> list[Nameserver]:
        """The servers of the delegation and of the zone together, sorted."""
        return sorted({*await self.delegated_servers(), *await self.zone_servers()}, key=str)

    async def close(self) -> None:
        """Give up what is under way."""
        await self._walks.close()
        await self._sets.close()

    async def _find_delegation(self) -> Addresses:
        found = await self._referral()
        outside = [name for name in found if not name.is_subdomain(self.name)]
        await self._look_up(found, outside)
        return found

    async def _referral(self) -> Addresses:
        """Get-Delegation."""
        if self._given is not None:
            return {name: dict.fromkeys(addresses) for name, addresses in self._given.items()}
        if self.name == ROOT:
            return _grouped(self._resolver.hints)
        parents = {server.address: server for server in (await self.parents()).servers}
        responses = await asyncio.gather(
            *(self._network.ask(server, self.name, NS_TYPE) for server in parents.values())
        )
        referred: Addresses = {}
        answered: Addresses = {}
        for server, response in zip(parents.values(), responses, strict=True):
            if response is None or not response.succeeded:
                continue
            if response.kind is Kind.REFERRAL:
                self._collect(referred, response, response.rdatas(NS, self.name, AUTHORITY))
            elif response.authoritative and response.rdatas(NS, self.name, ANSWER):
                self._collect(answered, response, response.rdatas(NS, self.name, ANSWER))
                await self._complete(answered, server)
        return referred or answered

    def _collect(self, target: Addresses, response: Response, ns_set: list[NS]) -> None:
        """Add the names of an NS set, with the glue of those inside the zone."""
        for rdata in ns_set:
            known = target.setdefault(rdata.target.canonicalize(), {})
            if rdata.target.is_subdomain(self.name):
                known.update(dict.fromkeys(addresses_of(response, rdata.target, ADDITIONAL)))

    async def _complete(self, target: Addresses, server: Nameserver) -> None:
        """Ask a server that serves parent and child for in-bailiwick addresses that it did not add."""
        missing = [name for name, known in target.items() if not known and name.is_subdomain(self.name)]
        for name in missing:
            for address in await self._addresses_from(server, name):
                target[name][address] = None

    async def _find_zone_set(self) -> Addresses:
        names = await self.zone_names()
        found: Addresses = {name: {} for name in names}
        await self._look_up(found, [name for name in names if not name.is_subdomain(self.name)])
        servers = {server.address: server for server in await self.delegated_servers()}
        for name in names:
            if name.is_subdomain(self.name):
                lists = await asyncio.gather(*(self._addresses_from(one, name) for one in servers.values()))
                found[name].update(dict.fromkeys(address for each in lists for address in each))
        return found

    async def _addresses_from(self, server: Nameserver, name: Name) -> list[str]:
        """In-bailiwick addresses from a server itself, or from where it refers to."""
        both = await asyncio.gather(
            *(self._resolver.resolve_from([server], name, rdtype) for rdtype in (A_TYPE, AAAA_TYPE))
        )
        authoritative = [one for one in both if one.response is not None and one.response.authoritative]
        return [address for one in authoritative for address in one.addresses()]

    async def _look_up(self, target: Addresses, names: Iterable[Name]) -> None:
        """Get-OOB-IPs: addresses from lookups, unless an undelegated zone brings them."""
        for name in names:
            if self._given is not None and self._given.get(name):
                target[name].update(dict.fromkeys(self._given[name]))
                continue
            both = await asyncio.gather(
                *(self._resolver.resolve(name, rdtype) for rdtype in (A_TYPE, AAAA_TYPE))
            )
            target[name].update(dict.fromkeys(address for one in both for address in one.addresses()))


def _grouped(servers: Iterable[Nameserver]) -> Addresses:
    found: Addresses = {}
    for server in servers:
        found.setdefault(server.name, {})[server.address] = None
    return found


def _servers(addresses: Addresses) -> list[Nameserver]:
    return sorted((Nameserver(name, one) for name, known in addresses.items() for one in known), key=str)
