"""What the parent's nameservers say of our zones now, and which mode that is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.parents import parent_servers
from ffinfra.dns.records import RRset, RRsetKey
from ffinfra.dns.wire.delegation import read_delegation
from ffinfra.dns.wire.errors import WireError
from ffinfra.dns.wire.server import Server
from ffinfra.failover.convergence import Lookout
from ffinfra.problems import OperationalError

Said = Mapping[str, tuple[RRset, ...]]
"""Zone -> NS, glue and DS, as one of the parent's nameservers gives them."""


def parent_says(lookout: Lookout) -> Said:
    """Ask for every zone; the first nameserver of the parent that answers is believed.

    Raises:
        OperationalError: none of them tells what it says now.
    """
    servers = asyncio.run(_servers(lookout))
    parent = lookout.declarations.delegations.parent.origin
    return {
        zone.zone.origin: _first_answer(servers, parent, zone.zone.origin)
        for zone in lookout.declarations.zones
    }


def standing_of(delegations: Delegations, said: Said) -> Standing | None:
    """The mode whose NS, glue and DS the parent gives of every zone, TTLs apart; None for no single mode."""
    for mode in Mode:
        for trust in Trust:
            if all(
                _values(said[zone.origin]) == _values(delegation_rrsets(delegations, zone, mode, trust))
                for zone in delegations.zones
            ):
                return Standing(mode, trust)
    return None


def _values(rrsets: Iterable[RRset]) -> dict[RRsetKey, tuple[str, ...]]:
    return {rrset.key: rrset.values for rrset in rrsets}


def _first_answer(servers: Sequence[Server], parent: str, origin: str) -> tuple[RRset, ...]:
    reasons: list[str] = []
    for server in servers:
        try:
            return read_delegation(server, parent, origin)
        except WireError as error:
            reasons.append(str(error))
    raise OperationalError(
        f"what {parent} says about {origin} cannot be read: {'; '.join(reasons)}",
        "Mend the way to its nameservers, then run the same command again",
    )


async def _servers(lookout: Lookout) -> tuple[Server, ...]:
    async with LiveTransport(port=lookout.port) as transport:
        asking = Asking(transport, lookout.hints, lookout.families, lookout.port)
        found = await parent_servers(asking, lookout.declarations.delegations)
    if isinstance(found, Unknown):
        raise OperationalError(found.reason, "Give root hints with --hints, or mend the way to the parent")
    return tuple(Server(address, lookout.port) for address in found.addresses)
