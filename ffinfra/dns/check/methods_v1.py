"""Methods 1 to 5: a zone's nameservers found by recursive lookups.

Source: https://github.com/zonemaster/zonemaster, docs/public/specifications/tests/Methods.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping

from dns.name import Name
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS

from ffinfra.dns.check.naming import ROOT, Nameserver, short
from ffinfra.dns.check.once import Once
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.resolver import Resolver, addresses_of
from ffinfra.dns.check.response import ANYWHERE, Kind, Response


class MethodsV1:
    """One zone and its parent, each server set computed once.

    Addresses of nameserver names come from lookups, never from glue, except where an undelegated zone
    brings its own.
    """

    def __init__(
        self, name: Name, resolver: Resolver, given: Mapping[Name, tuple[str, ...]] | None = None
    ) -> None:
        self.name = name
        self._resolver = resolver
        self._network = resolver.network
        self._given = given
        self._parent: Once[None, MethodsV1] = Once()
        self._names: Once[str, tuple[Name, ...]] = Once()
        self._servers: Once[str, tuple[Nameserver, ...]] = Once()

    async def parent(self) -> MethodsV1:
        """Method 1: the zone that this one is delegated from; the root is its own parent."""
        return await self._parent.get(None, self._find_parent)

    async def delegated_names(self) -> tuple[Name, ...]:
        """Method 2: the NS names in the delegation."""
        return await self._names.get("delegated", self._find_delegated_names)

    async def child_names(self) -> tuple[Name, ...]:
        """Method 3: the NS names that any of the zone's servers gives."""
        return await self._names.get("child", self._find_child_names)

    async def delegated_servers(self) -> tuple[Nameserver, ...]:
        """Method 4: the servers that the delegation names."""
        return await self._servers.get("delegated", self._find_delegated_servers)

    async def glue(self, names: Iterable[Name]) -> tuple[Nameserver, ...]:
        """Addresses of names as the parent's first response about the delegation gives them."""
        response = await (await self.parent()).first_response(self.name, NS_TYPE)
        if response is None:
            return ()
        return tuple(Nameserver(name, one) for name in names for one in addresses_of(response, name))

    async def child_servers(self) -> tuple[Nameserver, ...]:
        """Method 5: the servers that the zone itself names."""
        return await self._servers.get("child", self._find_child_servers)

    async def all_names(self) -> tuple[Name, ...]:
        """Methods 2 and 3 together, sorted."""
        return _sorted_names([*await self.delegated_names(), *await self.child_names()])

    async def all_servers(self) -> tuple[Nameserver, ...]:
        """Methods 4 and 5 together, sorted."""
        both = {*await self.delegated_servers(), *await self.child_servers()}
        return tuple(sorted(both, key=str))

    async def responses(
        self, name: Name, rdtype: RdataType, edns: Edns = Edns.NONE
    ) -> AsyncIterator[Response]:
        """The responses of the zone's servers, one after the other; who needs one only stops early."""
        for server in await self.child_servers():
            response = await self._network.ask(server, name, rdtype, edns=edns)
            if response is not None:
                yield response

    async def first_response(self, name: Name, rdtype: RdataType, edns: Edns = Edns.NONE) -> Response | None:
        """The first response that any of the zone's servers gives."""
        async for response in self.responses(name, rdtype, edns):
            return response
        return None

    async def first_authoritative(self, name: Name, rdtype: RdataType) -> Response | None:
        """The first response with the AA flag."""
        async for response in self.responses(name, rdtype):
            if response.authoritative:
                return response
        return None

    async def all_responses(self, name: Name, rdtype: RdataType) -> list[Response]:
        """The responses of all of the zone's servers, asked at once."""
        servers = await self.child_servers()
        asked = await asyncio.gather(*(self._network.ask(server, name, rdtype) for server in servers))
        return [response for response in asked if response is not None]

    async def close(self) -> None:
        """Give up what is under way."""
        for pending in (self._parent, self._names, self._servers):
            await pending.close()

    async def _find_parent(self) -> MethodsV1:
        return (
            self if self.name == ROOT else MethodsV1(await self._resolver.parent(self.name), self._resolver)
        )

    async def _find_delegated_names(self) -> tuple[Name, ...]:
        parent = await self.parent()
        async for response in parent.responses(self.name, NS_TYPE):
            names = _ns_names(response, self.name)
            if names:
                return names
        return ()

    async def _find_child_names(self) -> tuple[Name, ...]:
        responses = await self.all_responses(self.name, NS_TYPE)
        return _unique(name for response in responses for name in _ns_names(response, self.name))

    async def _find_delegated_servers(self) -> tuple[Nameserver, ...]:
        names = await self.delegated_names()
        if self._given is None:
            return await self._with_addresses(names)
        return tuple(Nameserver(name, address) for name in names for address in self._given.get(name, ()))

    async def _find_child_servers(self) -> tuple[Nameserver, ...]:
        if self.name == ROOT:
            return self._resolver.hints
        last: Response | None = None
        for server in await self.delegated_servers():
            last = await self._network.ask(server, self.name, NS_TYPE)
            if last is not None and last.kind is Kind.ANSWER and last.succeeded:
                break
        return () if last is None else await self._with_addresses(_ns_names(last, self.name))

    async def _with_addresses(self, names: Iterable[Name]) -> tuple[Nameserver, ...]:
        ordered = _sorted_names(names)
        found = await asyncio.gather(*(self._resolver.addresses(name) for name in ordered))
        return tuple(
            Nameserver(name, address)
            for name, addresses in zip(ordered, found, strict=True)
            for address in addresses
        )


def _ns_names(response: Response, zone: Name) -> tuple[Name, ...]:
    return _sorted_names(rdata.target for rdata in response.rdatas(NS, zone, ANYWHERE))


def _sorted_names(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(sorted(_unique(names), key=short))


def _unique(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(name.canonicalize() for name in names))
