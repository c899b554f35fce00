"""Iterative resolution from the root, keeping the path that was walked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdatatype import A as A_TYPE
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from ffinfra.dns.check.cname import chain_end
from ffinfra.dns.check.naming import ROOT, Nameserver, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.once import Once
from ffinfra.dns.check.response import ANSWER, ANYWHERE, Kind, Response, Section

MOST_REFERRALS: Final = 20
MOST_CNAME_LOOKUPS: Final = 10

Candidate = Nameserver | Name
"""Whom to ask next: a server, or a name whose addresses have to be found first."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One referral that was followed: the zone cut, and the server that told of it."""

    cut: Name
    server: Nameserver


@dataclass(frozen=True)
class Resolution:
    """How a resolution ended.

    Attributes:
        asked: the name that the last question was about; another one than asked for after a CNAME.
        response: the last response, or None when nothing usable came.
        hops: the referrals followed, the first one first.
    """

    asked: Name
    response: Response | None
    hops: tuple[Hop, ...] = ()

    @property
    def final_name(self) -> Name:
        """The name that the records sought belong to, after the CNAMEs in the response."""
        if self.response is None:
            return self.asked
        return chain_end(self.asked, self.response.owned(CNAME, ANSWER)) or self.asked

    def found(self, kind: type[Rdata]) -> bool:
        """Whether a record of the type is there for the final name."""
        return self.response is not None and bool(self.response.rdatas(kind, self.final_name))

    def addresses(self) -> list[str]:
        """The addresses of the final name in a response with RCODE NOERROR."""
        if self.response is None or not self.response.succeeded:
            return []
        return addresses_of(self.response, self.final_name)


def addresses_of(response: Response, name: Name, sections: tuple[Section, ...] = ANYWHERE) -> list[str]:
    """All addresses of a name in a response."""
    rdatas: list[A | AAAA] = [*response.rdatas(A, name, sections), *response.rdatas(AAAA, name, sections)]
    return [rdata.address for rdata in rdatas]


@dataclass
class _Descent:
    """What one resolution and the ones it needs have learned together."""

    in_progress: set[tuple[Name, RdataType]] = field(default_factory=set)
    glue: dict[Name, dict[str, None]] = field(default_factory=dict)
    cname_lookups: int = 0

    def learn(self, response: Response) -> None:
        for name, rdata in response.owned(A) + response.owned(AAAA):
            self.glue.setdefault(name, {})[rdata.address] = None


class Resolver:
    """Resolves names from the root hints down, asking one server after the other.

    The last candidate of a list is asked first, as Zonemaster does; refusals and failures are kept for the
    case that no other server does better.
    """

    def __init__(self, network: Network, hints: Sequence[Nameserver]) -> None:
        self.network = network
        self.hints = tuple(hints)
        self._resolutions: Once[tuple[Name, RdataType], Resolution] = Once()
        self._addresses: Once[Name, tuple[str, ...]] = Once()

    async def resolve(self, name: Name, rdtype: RdataType) -> Resolution:
        """The answer for a name and type."""
        return await self._resolutions.get(
            (name, rdtype), lambda: self.resolve_from(self.hints, name, rdtype)
        )

    async def resolve_from(self, servers: Sequence[Nameserver], name: Name, rdtype: RdataType) -> Resolution:
        """The answer that these servers, or those that they refer to, give."""
        return await self._descend(list(servers), name, rdtype, _Descent())

    async def addresses(self, name: Name) -> tuple[str, ...]:
        """The addresses of a name, IPv4 and IPv6; none when it does not exist."""
        return await self._addresses.get(name, lambda: self._find_addresses(name, _Descent()))

    async def parent(self, name: Name) -> Name:
        """The zone that a name is delegated from, found by walking down to it; the root is its own parent.

        Where the walk skips a label, the server that gave the last referral is asked for the zone one label
        up, because one server often serves parent and grandparent.
        """
        if name == ROOT:
            return ROOT
        hops = (await self.resolve(name, SOA_TYPE)).hops
        above = [hop.cut for hop in hops if name != hop.cut and name.is_subdomain(hop.cut)]
        parent = above[-1] if above else ROOT
        if parent != name.parent() and hops:
            response = await self.network.ask(hops[-1].server, name.parent(), SOA_TYPE)
            owners = [owner for owner, _ in response.owned(SOA, ANSWER)] if response else []
            above = [owner for owner in owners if name != owner and name.is_subdomain(owner)]
            parent = above[0] if above else parent
        return parent

    async def close(self) -> None:
        """Give up what is under way."""
        await self._resolutions.close()
        await self._addresses.close()

    async def _descend(
        self, stack: list[Candidate], name: Name, rdtype: RdataType, descent: _Descent
    ) -> Resolution:
        if (name, rdtype) in descent.in_progress:
            return Resolution(name, None)
        descent.in_progress.add((name, rdtype))
        fallback: Response | None = None
        hops: list[Hop] = []
        while stack:
            asked = await self._ask(stack.pop(), name, rdtype, descent)
            if asked is None:
                continue
            server, response = asked
            if response.rcode in {"REFUSED", "SERVFAIL"}:
                fallback = response
            elif response.kind is not Kind.REFERRAL:
                return await self._conclude(Resolution(name, response, tuple(hops)), rdtype, descent)
            elif (cut := _new_cut(response, hops)) is not None:
                if len(hops) == MOST_REFERRALS:
                    return Resolution(name, None, tuple(hops))
                hops.append(Hop(cut, server))
                stack = _referred(response, descent)
        return Resolution(name, fallback, tuple(hops))

    async def _ask(
        self, candidate: Candidate, name: Name, rdtype: RdataType, descent: _Descent
    ) -> tuple[Nameserver, Response] | None:
        for server in await self._servers_of(candidate, descent):
            response = await self.network.ask(server, name, rdtype)
            if response is not None:
                descent.learn(response)
                return server, response
        return None

    async def _servers_of(self, candidate: Candidate, descent: _Descent) -> list[Nameserver]:
        if isinstance(candidate, Nameserver):
            return [candidate]
        if candidate not in descent.glue:
            descent.glue[candidate] = {}
            found = await self._find_addresses(candidate, descent)
            descent.glue[candidate].update(dict.fromkeys(found))
        return [Nameserver(candidate, address) for address in descent.glue[candidate]]

    async def _conclude(self, resolution: Resolution, rdtype: RdataType, descent: _Descent) -> Resolution:
        """Follow a CNAME where the answer holds one in place of the type asked for."""
        response, name = resolution.response, resolution.asked
        assert response is not None
        aliased = response.kind is Kind.ANSWER and bool(response.rdatas(CNAME, name, ANSWER))
        if not aliased or _count(response, rdtype, name):
            return resolution
        nothing = Resolution(name, None, resolution.hops)
        target = chain_end(name, response.owned(CNAME, ANSWER))
        if target is None:
            return nothing
        if _count(response, rdtype):
            return resolution if _count(response, rdtype, target) else nothing
        if target.is_subdomain(name):
            return resolution
        descent.cname_lookups += 1
        if descent.cname_lookups > MOST_CNAME_LOOKUPS:
            return nothing
        return await self._descend(list(self.hints), target, rdtype, descent)

    async def _find_addresses(self, name: Name, descent: _Descent) -> tuple[str, ...]:
        ipv4 = await self._descend(list(self.hints), name, A_TYPE, descent)
        if ipv4.response is not None and ipv4.response.kind is Kind.NXDOMAIN:
            return ()
        ipv6 = await self._descend(list(self.hints), name, AAAA_TYPE, descent)
        found = [address for each in (ipv4, ipv6) for address in _own_addresses(each, name)]
        return tuple(dict.fromkeys(sorted(found)))


def _count(response: Response, rdtype: RdataType, owner: Name | None = None) -> int:
    sections = ANSWER if owner is None else ANYWHERE
    return sum(
        rrset.rdtype == rdtype and (owner is None or rrset.name == owner)
        for rrset in response.rrsets(sections)
    )


def _new_cut(response: Response, hops: Sequence[Hop]) -> Name | None:
    """The zone that a referral leads to, unless it is the root or one that was visited already."""
    cut = response.owned(NS)[0][0]
    return None if cut == ROOT or any(hop.cut == cut for hop in hops) else cut


def _referred(response: Response, descent: _Descent) -> list[Candidate]:
    """The servers of a referral: names without an address last, so that they are asked first."""
    names = sorted({short(rdata.target): rdata.target for rdata in response.rdatas(NS)}.items())
    servers = [
        Nameserver(name, address) for _, name in names for address in sorted(descent.glue.get(name, {}))
    ]
    return [*servers, *(name for _, name in names if name not in descent.glue)]


def _own_addresses(resolution: Resolution, name: Name) -> list[str]:
    """Addresses of a name itself or of the target of its CNAME in the same response."""
    response = resolution.response
    if response is None:
        return []
    owners = {name} | {rdata.target for rdata in response.rdatas(CNAME, name)}
    return [address for owner in owners for address in addresses_of(response, owner)]
