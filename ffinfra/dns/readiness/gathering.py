"""Asking everything that is to be known of zones before a switch."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ffinfra.dns.answers.comparing import Role, compare_zone
from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.delegation.sides import FriendSide, OwnSide
from ffinfra.dns.readiness.accounts import ask_account, in_full
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.authority import ask_expires, ask_serials
from ffinfra.dns.readiness.chains import ask_chain, sample_of
from ffinfra.dns.readiness.facts import (
    AccountFacts,
    Chain,
    NotAsked,
    ParentFacts,
    ParentServers,
    TargetFacts,
    Unknown,
    ZoneFacts,
)
from ffinfra.dns.readiness.parents import ask_apex_ttl, ask_parent, parent_servers
from ffinfra.dns.readiness.transfers import ask_transfer
from ffinfra.dns.records import RRsetKey

COMPARE_SECONDS = 120.0
"""For one zone: 10,000 records at six addresses take half of it on a busy machine (``python -m bench.dns_ready``)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before anybody is asked.

    Attributes:
        environment: with the tokens of the providers' APIs; one that lacks is told as not asked.
        unconfirmed: zone with the final dot -> seconds since a nameserver at rest was seen to speak for it.
        need_account: whether an API that cannot be asked for want of a token, or does not list everything in
            time, counts against the switch.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    unconfirmed: Mapping[str, int] = field(default_factory=dict)
    need_account: bool = False


async def gather_facts(
    asking: Asking,
    delegations: Delegations,
    zones: Sequence[DeclaredZone],
    target: Mode,
    known: Known,
) -> tuple[ZoneFacts, ...]:
    """What is to be known of each zone before a switch to a mode, in the order of the zones.

    Args:
        asking: how nameservers are asked.
        delegations: nameservers and parent.
        zones: the zones.
        target: the mode.
        known: what is known already.
    """
    parents = await parent_servers(asking, delegations)
    asked = [_Gathering(asking, delegations, zone, target, known).facts(parents) for zone in zones]
    return tuple(await asyncio.gather(*asked))


@dataclass(frozen=True, slots=True)
class _Gathering:
    """The questions about one zone."""

    asking: Asking
    delegations: Delegations
    zone: DeclaredZone
    target: Mode
    known: Known

    async def facts(self, parents: ParentServers | Unknown) -> ZoneFacts:
        origin = self.zone.zone.origin
        serials, at_rest = await asyncio.gather(
            ask_serials(self.asking, self._addresses(self.target), origin),
            ask_serials(self.asking, self._addresses(Mode.PRIMARY), origin),
        )
        parent = parents if isinstance(parents, Unknown) else await ask_parent(self.asking, origin, parents)
        targets, account, apex_ttl, rest_chains = await asyncio.gather(
            self._targets(serials, parent),
            self._account(serials),
            self._apex_ttl(parent),
            self._chains(_speaking(at_rest), self._ds_now(parent)),
        )
        alive = any(isinstance(one, int) for one in at_rest.values())
        return ZoneFacts(
            apex_ns=self.zone.zone.get(origin, "NS"),
            parent=parent,
            targets=targets,
            account=account,
            soa=self.zone.zone.soa,
            at_rest=at_rest,
            apex_ttl=apex_ttl,
            rest_chains=rest_chains,
            unconfirmed=0 if alive else self.known.unconfirmed.get(origin),
        )

    async def _targets(
        self, serials: Mapping[str, int | Unknown], parent: ParentFacts | Unknown
    ) -> TargetFacts:
        zone = self.zone.zone
        apart = frozenset() if self.target is Mode.PRIMARY else frozenset({RRsetKey(zone.origin, "NS")})
        speaking = _speaking(serials)
        comparison, expires, chains = await asyncio.gather(
            compare_zone(
                self.asking.transport, zone, speaking, Role.AUTHORITY, without=apart, seconds=COMPARE_SECONDS
            ),
            ask_expires(self.asking, speaking, zone.origin),
            self._chains(speaking, self._ds(parent)),
        )
        return TargetFacts(comparison, serials, chains, expires)

    def _ds(self, parent: ParentFacts | Unknown) -> frozenset[str]:
        """The DS that resolvers will hold after the switch: none where it is taken out first."""
        declaration = self.zone.declaration
        staged = self.delegations.breaks_at_fallback(declaration)
        if staged and self.target is not Mode.PRIMARY:
            return frozenset()
        published = parent.ds if isinstance(parent, ParentFacts) else frozenset()
        return published or (frozenset(declaration.ds) if staged else frozenset())

    def _ds_now(self, parent: ParentFacts | Unknown) -> frozenset[str]:
        """The DS that the nameservers at rest must fit, where those are not asked as the target anyway."""
        if isinstance(parent, Unknown) or self.target is not Mode.FALLBACK:
            return frozenset()
        return parent.ds

    async def _chains(self, servers: Sequence[str], ds: frozenset[str]) -> Mapping[str, Chain]:
        if not ds:
            return {}
        zone = self.zone.zone
        sample = sample_of(zone)
        asked = [ask_chain(self.asking.transport, one, zone.origin, ds, sample) for one in servers]
        return dict(zip(servers, await asyncio.gather(*asked), strict=True))

    async def _account(self, serials: Mapping[str, int | Unknown]) -> AccountFacts | Unknown | NotAsked:
        declaration = self.zone.declaration
        side = (
            declaration.primary if self.target is Mode.PRIMARY else self.delegations.fallback_of(declaration)
        )
        if isinstance(side, OwnSide | FriendSide):
            theirs = self._addresses(Mode.PRIMARY if self.target is Mode.PRIMARY else Mode.FALLBACK)
            speaking = [server for server in _speaking(serials) if server in theirs]
            return await ask_transfer(self.asking, self.zone.zone, speaking, self.known.environment)
        found = await ask_account(side, self.zone, self.known.environment)
        return in_full(found) if self.known.need_account else found

    async def _apex_ttl(self, parent: ParentFacts | Unknown) -> int | None:
        if isinstance(parent, Unknown):
            return None
        return await ask_apex_ttl(self.asking, self.delegations, self.zone.zone.origin, parent.ns)

    def _addresses(self, mode: Mode) -> tuple[str, ...]:
        named = nameservers_of(self.delegations, self.zone.declaration, mode)
        found = (str(address) for server in named for address in server.addresses)
        return tuple(one for one in found if self.asking.usable(one))


def _speaking(serials: Mapping[str, int | Unknown]) -> tuple[str, ...]:
    return tuple(server for server, serial in serials.items() if isinstance(serial, int))
